//! Flow control in numbers: a full link, a reader that stands still, what an opening costs.

use super::talk::{Ends, Plan, Talk};
use super::{Carrier, Network, Setting};
use telefunc_protocol::Limits;

fn setting(delay: u64) -> Setting {
    Setting {
        carrier: Carrier::Socket,
        limits: Limits::default(),
        delay,
        faults: Vec::new(),
        jitter: Vec::new(),
    }
}

/// The link of the tests has no bandwidth of its own, so what crosses it in a round trip is what the
/// windows let through: 100 Mbit/s over a round trip of 100 ms is 1.25 MB.
#[test]
fn a_window_grows_to_fill_100_mbit_at_100_ms() {
    for size in [1 << 10, 64 << 10, 1 << 20] {
        let sends = (64 << 20) / size;
        let flood =
            Plan { opens: 1, sends, sizes: vec![size], ends: Ends::Close(0), ..Plan::default() };
        let mut network =
            Network::new(setting(50), Talk::new(flood, 0), Talk::new(Plan::default(), 1));
        network.start();
        // The first second is for growing.
        network.run_until(1000);
        let before = network.server_app.bytes;
        network.run_until(2000);
        let rate = (network.server_app.bytes - before) as f64 * 8.0 / 1e6;
        assert!(rate > 100.0, "{rate:.0} Mbit/s in messages of {size}");
    }
}

#[test]
fn a_reader_that_stands_still_stops_only_its_own_channel() {
    // The peer opens two more channels, on which it floods without being read.
    let day = 86_400_000;
    let mut still = Plan { reads: day, ..Plan::default() };
    still.ends = Ends::Never;
    let flood = Plan { opens: 2, sends: 1000, sizes: vec![10_000], ..Plan::default() };
    let mut network = Network::new(setting(10), Talk::new(flood, 0), Talk::new(still, 2));
    network.start();
    network.run_until(5_000);
    assert!(network.server_app.messages < 20, "the flood is held back");

    let channel = network.server.open("talk".into()).unwrap();
    let start = network.now;
    network.server.send(channel, telefunc_protocol::Message::json("0;")).unwrap();
    let heard = network.client_app.messages;
    while network.client_app.messages == heard {
        network.step();
    }
    assert!(network.now - start <= 20, "{} ms beside the flood", network.now - start);
}

#[test]
fn opening_a_channel_costs_a_few_bytes_and_no_round_trip() {
    let plan = Plan { ends: Ends::Never, ..Plan::default() };
    let mut network = Network::new(setting(10), Talk::new(plan.clone(), 0), Talk::new(plan, 40));
    network.start();
    network.run_until(1000);
    let before = network.bytes;
    for _ in 0..40 {
        let channel = network.client.open("talk".into()).unwrap();
        network.client.send(channel, telefunc_protocol::Message::json("0;")).unwrap();
        let start = network.now;
        let heard = network.server_app.messages;
        while network.server_app.messages == heard {
            network.step();
        }
        assert_eq!(network.now - start, 10, "one way, not a round trip");
    }
    let each = (network.bytes - before) / 40;
    assert!(each < 24, "{each} bytes for each channel with its message");
}
