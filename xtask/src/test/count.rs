use std::fmt;

/// Tests that ran, as their runners counted them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
}

impl Count {
    /// Adds what a closing line of `cargo test`, `cargo nextest`, `pytest` or `node --test` says; any other line says nothing.
    pub(super) fn add(&mut self, line: &str) {
        let line = line.trim();
        // Node has a line for each number: `# pass 3`, and on a terminal `ℹ pass 3`.
        let of_node = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "));
        if let Some((what, number)) = of_node.and_then(|rest| rest.split_once(' ')) {
            let number = number.parse().unwrap_or(0);
            match what {
                "pass" => self.passed += number,
                "fail" | "cancelled" => self.failed += number,
                "skipped" | "todo" => self.skipped += number,
                _ => {}
            }
            return;
        }
        let of_cargo = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "));
        let of_nextest = || {
            line.strip_prefix("Summary [")
                .and_then(|rest| rest.split_once(" run: "))
        };
        let of_pytest = || {
            let (parts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
            let is_time = time.starts_with(|first: char| first.is_ascii_digit());
            is_time.then_some(("", parts))
        };
        let parts = of_cargo.or_else(of_nextest).or_else(of_pytest);
        let Some((_, parts)) = parts else {
            return;
        };
        for (number, what) in parts
            .split([',', ';'])
            .filter_map(|part| part.trim().split_once(' '))
        {
            let Ok(number) = number.parse::<usize>() else {
                continue;
            };
            // A remark in brackets may follow: `3 passed (1 slow)`.
            match what.split(" (").next().unwrap_or(what) {
                "passed" => self.passed += number,
                "failed" | "timed out" | "exec failed" | "error" | "errors" => {
                    self.failed += number;
                }
                "ignored" | "skipped" => self.skipped += number,
                _ => {}
            }
        }
    }
}

/// `3 passed, 1 failed`, and what was skipped if anything was.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(lines: &[&str]) -> String {
        let mut count = Count::default();
        for line in lines {
            count.add(line);
        }
        count.to_string()
    }

    #[test]
    fn the_numbers_of_node_are_read() {
        let lines = [
            "# Subtest: 3 things",
            "# tests 9",
            "# pass 5",
            "# fail 2",
            "# cancelled 1",
            "# skipped 1",
            "# duration_ms 51",
        ];
        assert_eq!(counted(&lines), "5 passed, 3 failed, 1 skipped");
        assert_eq!(counted(&["ℹ pass 4", "ℹ fail 0"]), "4 passed, 0 failed");
    }

    #[test]
    fn the_binaries_of_cargo_test_are_added_up() {
        let lines = [
            "running 3 tests",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out; finished in 0.46s",
            "test result: FAILED. 1 passed; 2 failed; 5 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ];
        assert_eq!(counted(&lines), "4 passed, 2 failed, 5 skipped");
    }

    #[test]
    fn what_nextest_counts_is_taken_with_its_remarks() {
        let lines = [
            "     Summary [   0.041s] 14 tests run: 10 passed (2 slow, 1 leaky), 1 failed, 2 timed out, 1 exec failed, 3 skipped",
            "        PASS [   0.005s] betroth-report json::tests::a",
        ];
        assert_eq!(counted(&lines), "10 passed, 4 failed, 3 skipped");
        assert_eq!(
            counted(&["     Summary [   0.001s] 1 test run: 1 passed, 0 skipped"]),
            "1 passed, 0 failed"
        );
    }

    #[test]
    fn what_pytest_counts_is_taken_with_or_without_its_frame() {
        for line in [
            "3 failed, 40 passed, 2 skipped, 1 warning, 1 error in 12.30s",
            "= 3 failed, 40 passed, 2 skipped, 1 error in 12.30s (0:00:12) =",
        ] {
            assert_eq!(counted(&[line]), "40 passed, 4 failed, 2 skipped");
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            counted(&[
                "test a ... FAILED",
                "3 passed, 1 failed",
                "SKIPPED [1] tests/a.py:3: 3 passed in no time",
                "test result: unheard of",
                "Summary"
            ]),
            "0 passed, 0 failed"
        );
    }
}
