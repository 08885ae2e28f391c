//! A log that cannot be written does not end the program.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::configuration::program;
use super::world::{Answer, folder};

/// The configuration of a gate that listens on a socket in the folder, and starts without the network.
fn configuration(folder: &Path) -> PathBuf {
    let path = folder.join("gate.toml");
    let text = format!(
        "listen = \"unix:{}\"\nmode = \"proxy\"\norigin = \"https://api.example.com\"\n[upstream]\n\
         url = \"http://127.0.0.1:1\"\n[[issuer]]\nname = \"https://127.0.0.1:1\"\n\
         [tokens]\naudiences = [\"a\"]\nstart_without_keys = true\n",
        folder.join("socket").display()
    );
    std::fs::write(&path, text).unwrap();
    path
}

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// The response of the gate, once it listens.
fn answer(gate: &mut Child, socket: &Path) -> Answer {
    for _ in 0..1000 {
        assert_eq!(gate.try_wait().unwrap(), None, "the gate has ended");
        if let Ok(mut stream) = UnixStream::connect(socket) {
            let request = b"GET / HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n";
            stream.write_all(request).unwrap();
            let mut response = Vec::new();
            stream.read_to_end(&mut response).unwrap();
            return Answer::of(&response);
        }
        sleep(Duration::from_millis(20));
    }
    panic!("the gate does not listen");
}

#[test]
fn a_gate_serves_although_its_log_cannot_be_written() {
    for is_closed in [false, true] {
        let folder = folder();
        let mut gate = program();
        gate.arg("--config").arg(configuration(&folder));
        if is_closed {
            gate.stdout(Stdio::piped()).stderr(Stdio::piped());
        } else {
            gate.stdout(full()).stderr(full());
        }
        let mut gate = gate.spawn().unwrap();
        drop((gate.stdout.take(), gate.stderr.take()));
        for _ in 0..2 {
            let answer = answer(&mut gate, &folder.join("socket"));
            assert_eq!(answer.status, 401, "{answer:?}");
        }
        gate.kill().unwrap();
        gate.wait().unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn the_status_is_that_of_the_outcome() {
    let folder = folder();
    let path = configuration(&folder);
    let path = path.display().to_string();
    for (arguments, status) in [
        (&["--help"][..], 0),
        (&["--version"], 0),
        (&["--check", "--config", &path], 0),
        (&["--unknown"], 2),
    ] {
        let mut program = program();
        let program = program.args(arguments).stdout(full()).stderr(full());
        assert_eq!(
            program.status().unwrap().code(),
            Some(status),
            "{arguments:?}"
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
}
