//! An issuer on this machine, good or bad.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// How it answers each request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// At once, with these bytes.
    Whole(String),
    /// With these bytes, then one more now and then, without end.
    Slow(String),
}

impl Answer {
    pub(crate) fn of(status: &str, kind: &str, body: &str) -> Self {
        Self::Whole(format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::of("200 OK", "application/json", body)
    }
}

/// The address under which the answer is given, as long as the test runs.
pub(crate) fn issuer(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/auth/jwks", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let answer = answer.clone();
            std::thread::spawn(move || reply(stream, &answer));
        }
    });
    url
}

fn reply(mut stream: TcpStream, answer: &Answer) {
    let request = BufReader::new(stream.try_clone().unwrap());
    for line in request.lines().map_while(Result::ok) {
        if line.is_empty() {
            break;
        }
    }
    match answer {
        // Whoever asked may have gone.
        Answer::Whole(text) => drop(stream.write_all(text.as_bytes())),
        Answer::Slow(text) => {
            let mut gone = stream.write_all(text.as_bytes()).is_err();
            while !gone {
                std::thread::sleep(Duration::from_millis(200));
                gone = stream.write_all(b" ").is_err();
            }
        }
    }
}
