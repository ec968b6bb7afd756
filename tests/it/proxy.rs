//! A connection to a server that the test can cut or silence: what comes in at one port goes on to another.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

const PASSING: u8 = 0;
const SILENT: u8 = 1;
const CUT: u8 = 2;

pub struct Proxy {
    pub port: u16,
    state: Arc<AtomicU8>,
}

impl Proxy {
    /// Forwards to that port of this machine.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self { port: listener.local_addr().unwrap().port(), state: Arc::new(AtomicU8::new(PASSING)) };
        let state = proxy.state.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if state.load(Ordering::SeqCst) == CUT {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", port)).unwrap();
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let state = state.clone();
                    std::thread::spawn(move || forward(from, to, &state));
                }
            }
        });
        proxy
    }

    /// From now on nothing goes through; connections stay open and are taken.
    pub fn fall_silent(&self) {
        self.state.store(SILENT, Ordering::SeqCst);
    }

    /// From now on connections are closed, and new ones at once.
    pub fn cut(&self) {
        self.state.store(CUT, Ordering::SeqCst);
        // Longer than it takes each of them to notice.
        std::thread::sleep(Duration::from_millis(100));
    }

    pub fn mend(&self) {
        self.state.store(PASSING, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut();
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, state: &AtomicU8) {
    from.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    let mut part = [0; 16 * 1024];
    loop {
        match state.load(Ordering::SeqCst) {
            CUT => break,
            SILENT => std::thread::sleep(Duration::from_millis(10)),
            _ => match from.read(&mut part) {
                Ok(0) => break,
                Ok(length) => {
                    // What was read before the silence began waits for its end.
                    while state.load(Ordering::SeqCst) == SILENT {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    if to.write_all(&part[..length]).is_err() {
                        break;
                    }
                }
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => break,
            },
        }
    }
    let _ = (from.shutdown(std::net::Shutdown::Both), to.shutdown(std::net::Shutdown::Both));
}
