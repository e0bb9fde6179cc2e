//! A line on the terminal for a run that takes longer than a moment.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc;
use std::time::Duration;

/// How long a run may take before it says what it does.
const MOMENT: Duration = Duration::from_millis(500);

/// Does `work`; shows `doing` on the terminal while it takes longer than a moment.
pub(crate) fn during<T>(doing: &str, work: impl FnOnce() -> T) -> T {
    if !io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(MOMENT) == Err(mpsc::RecvTimeoutError::Timeout) {
                let mut stderr = io::stderr();
                let _ = write!(stderr, "{doing} …").and_then(|()| stderr.flush());
                // Ends with the work, whether that returns or not.
                let _ = waiting.recv();
                let _ = write!(stderr, "\r\u{1b}[2K").and_then(|()| stderr.flush());
            }
        });
        let result = work();
        drop(done);
        result
    })
}
