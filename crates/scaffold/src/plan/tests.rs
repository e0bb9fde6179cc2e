use std::collections::BTreeMap;

use super::*;

/// Files in memory.
#[derive(Default)]
struct Memory(BTreeMap<String, String>);

impl Memory {
    fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    fn generated(self, path: &str, text: &str) -> Self {
        self.with(&record_of(path), text)
    }

    /// What becomes of `a.ts`, where it is to hold `text`.
    fn wanting(&self, text: &str, in_the_way: InTheWay) -> Change {
        let wanted = Wanted {
            target: "t",
            file: "a.ts".to_owned(),
            text: text.to_owned(),
            again: false,
        };
        wanted.against(&self.0, in_the_way)
    }
}

#[test]
fn what_does_not_stand_there_is_new_unless_a_person_deleted_it() {
    let change = Memory::default().wanting("x\n", InTheWay::Leave);
    assert_eq!(change.fate, Fate::Create);
    assert_eq!(change.after.as_deref(), Some("x\n"));

    let deleted = Memory::default().generated("a.ts", "x\n");
    let change = deleted.wanting("x\n", InTheWay::Leave);
    assert_eq!(
        (change.fate, change.after, change.record),
        (Fate::Deleted, None, None)
    );
}

#[test]
fn a_file_that_was_never_generated_is_left_and_not_recorded() {
    for in_the_way in [InTheWay::Leave, InTheWay::Markers, InTheWay::Beside] {
        let change = Memory::default()
            .with("a.ts", "mine\n")
            .wanting("x\n", in_the_way);
        assert_eq!(change.fate, Fate::Foreign);
        assert_eq!((&change.after, &change.record), (&None, &None));
        let beside = (in_the_way == InTheWay::Beside).then_some("x\n");
        assert_eq!(change.beside(), beside);
    }
}

#[test]
fn a_changed_file_keeps_its_changes_where_something_new_is_generated() {
    let files = Memory::default()
        .generated("a.ts", "one\ntwo\nthree\nfour\n")
        .with("a.ts", "one\ntwo\nthree\nfour\nmine\n");
    let change = files.wanting("ONE\ntwo\nthree\nfour\n", InTheWay::Leave);
    assert_eq!(change.fate, Fate::Merge);
    assert_eq!(
        change.after.as_deref(),
        Some("ONE\ntwo\nthree\nfour\nmine\n")
    );
    assert_eq!(change.record.as_deref(), Some("ONE\ntwo\nthree\nfour\n"));
}

#[test]
fn a_conflict_leaves_file_and_record_unless_it_is_settled() {
    let files = Memory::default()
        .generated("a.ts", "one\n")
        .with("a.ts", "mine\n");
    let change = files.wanting("new\n", InTheWay::Leave);
    assert!(matches!(change.fate, Fate::Conflict { .. }));
    assert_eq!((change.after, change.record), (None, None));

    let change = files.wanting("new\n", InTheWay::Markers);
    assert!(
        change
            .after
            .is_some_and(|text| text.contains("mine") && text.contains("new"))
    );

    let change = files.wanting("new\n", InTheWay::Mine);
    assert_eq!(change.record.as_deref(), Some("new\n"));
    assert_eq!(change.after, None);
}

#[test]
fn lines_that_end_as_on_windows_are_no_change_and_stay_so() {
    let files = Memory::default()
        .generated("a.ts", "one\ntwo\n")
        .with("a.ts", "one\r\ntwo\r\n");
    assert_eq!(
        files.wanting("one\ntwo\n", InTheWay::Leave).fate,
        Fate::Same
    );
    let change = files.wanting("one\nnew\n", InTheWay::Leave);
    assert_eq!(change.fate, Fate::Update);
    assert_eq!(change.after.as_deref(), Some("one\r\nnew\r\n"));
}

#[test]
fn records_are_written_behind_all_files() {
    let change = |file: &str| Change {
        file: file.to_owned(),
        ..Memory::default().wanting("x\n", InTheWay::Leave)
    };
    let plan = Plan {
        changes: vec![change("a.ts"), change("b.ts")],
        steps: Vec::new(),
    };
    let files: Vec<_> = plan.writes().into_iter().map(|(file, _)| file).collect();
    assert_eq!(
        files,
        ["a.ts", "b.ts", &record_of("a.ts"), &record_of("b.ts")]
    );
}
