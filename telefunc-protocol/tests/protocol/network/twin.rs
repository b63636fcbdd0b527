//! What the Rust client core was told and answered, for the TypeScript core to be asked the same.
//!
//! `tests/vectors/connection.json` keeps a few scripts. `TELEFUNC_TWIN=../client/.build/test/twin.js` runs the walks
//! through that program as well, over stdin and stdout: one script a line, one answer a line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use telefunc_protocol::Limits;

use super::cuts::{Scenario, check, network, scenarios};
use super::walk::schedule;
use super::{Carrier, Fault, Setting, small};
use crate::vectors;

/// Runs with the pen and gives the client's script.
fn script(scenario: &Scenario, setting: Setting, name: &str) -> Value {
    let Limits { channels, message, pool, inbox, outbox, replay, ack_delay, ack_bytes, .. } =
        setting.limits.clone();
    let Limits { grace, idle, handshake, .. } = setting.limits.clone();
    let limits = json!({
        "channels": channels, "message": message, "pool": pool, "inbox": inbox, "outbox": outbox,
        "replay": replay, "grace": grace, "idle": idle, "handshake": handshake,
        "ackDelay": ack_delay, "ackBytes": ack_bytes,
    });
    let mut network = network(scenario, setting);
    network.client.script = Some(Vec::new());
    network.run();
    check(scenario, &network);
    json!({ "name": name, "limits": limits, "steps": network.client.script.take() })
}

#[test]
fn connection_vectors_are_kept() {
    let kept = [
        "ping-pong",
        "requests in flight, both ways",
        "requests cancelled",
        "close racing sends",
        "abort up",
        "abort down",
    ];
    let setting = |faults| Setting {
        carrier: Carrier::Socket,
        limits: small(),
        delay: 20,
        faults,
        jitter: Vec::new(),
    };
    let mut scripts = Vec::new();
    for scenario in scenarios().iter().filter(|scenario| kept.contains(&scenario.name)) {
        scripts.push(script(scenario, setting(Vec::new()), scenario.name));
        let cut = (6, Fault::Cut { server_notices: false });
        let faults = vec![cut, (20, Fault::Upgrade), (30, cut.1)];
        let name = format!("{}, cut, upgraded and cut again", scenario.name);
        scripts.push(script(scenario, setting(faults), &name));
    }
    let about = "the client's core, call by call: [name, what goes in…, what comes out]";
    vectors::check_compact("connection.json", about, scripts);
}

#[test]
fn the_typescript_core_answers_the_same_on_any_schedule() {
    let Some(program) = std::env::var_os("TELEFUNC_TWIN") else { return };
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let walks = number("TELEFUNC_WALKS").unwrap_or(1000);
    let first = number("TELEFUNC_SEED").unwrap_or(0);
    let mut twin = Command::new("node")
        .arg(program)
        .arg("--serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut ask = twin.stdin.take().unwrap();
    let mut answers = BufReader::new(twin.stdout.take().unwrap()).lines();
    for seed in first..first + walks {
        let (scenario, setting) = schedule(seed);
        let script = script(&scenario, setting, &format!("TELEFUNC_SEED={seed}"));
        writeln!(ask, "{script}").unwrap();
        let answer = answers.next().expect("an answer").unwrap();
        assert_eq!(answer, "same", "TELEFUNC_SEED={seed}");
    }
    drop(ask);
    assert!(twin.wait().unwrap().success());
}
