//! Every scenario, cut once after every frame, on both kinds of wire, noticed by the server or not.

use bytes::Bytes;

use super::talk::{Ends, Plan, Talk};
use super::{Carrier, Fault, Network, Setting, small};

/// A scenario: what each side does, and what must be true after.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) client: Plan,
    pub(crate) server: Plan,
    /// Whether the other side must hear all that a side says.
    pub(crate) is_complete: bool,
    pub(crate) upgrades: bool,
}

pub(crate) fn scenarios() -> Vec<Scenario> {
    let plan = Plan { sizes: vec![40], ..Plan::default() };
    let opens = |opens, sends, ends| Plan { opens, sends, ends, ..plan.clone() };
    let flood = Plan { sizes: vec![300, 1000, 3, 6000], ..opens(1, 30, Ends::Close(0)) };
    let base = |name, client, server| Scenario {
        name,
        client,
        server,
        is_complete: true,
        upgrades: false,
    };
    vec![
        base("one-way flood up", flood.clone(), plan.clone()),
        base("one-way flood down", plan.clone(), flood.clone()),
        Scenario {
            upgrades: true,
            ..base(
                "upgrade in mid-flood",
                Plan { ends: Ends::Close(30), ..flood.clone() },
                Plan { opens: 0, ends: Ends::Never, ..flood.clone() },
            )
        },
        base(
            "ping-pong",
            Plan { waits: true, ..opens(1, 12, Ends::Close(12)) },
            Plan { waits: true, ..opens(0, 12, Ends::Never) },
        ),
        base("50 channels interleaved", opens(50, 3, Ends::Close(0)), plan.clone()),
        base(
            "requests in flight, both ways",
            Plan { asks: true, sizes: vec![30, 700], ..opens(2, 15, Ends::Never) },
            Plan { asks: true, sizes: vec![900], ..opens(0, 10, Ends::Close(15)) },
        ),
        Scenario {
            is_complete: false,
            ..base(
                "requests cancelled",
                Plan { asks: true, cancels: true, ..opens(1, 20, Ends::Close(0)) },
                Plan { misses: true, ..plan.clone() },
            )
        },
        Scenario {
            is_complete: false,
            ..base(
                "close racing sends",
                opens(2, 60, Ends::Close(0)),
                Plan { ends: Ends::Close(20), ..opens(1, 60, Ends::Never) },
            )
        },
        Scenario {
            is_complete: false,
            ..base("abort up", opens(1, 30, Ends::Abort(5)), opens(0, 30, Ends::Never))
        },
        Scenario {
            is_complete: false,
            ..base("abort down", opens(1, 30, Ends::Never), opens(0, 30, Ends::Abort(5)))
        },
        base(
            "both sides slow",
            Plan { reads: 7, sizes: vec![1500], ..opens(1, 12, Ends::Close(12)) },
            Plan { reads: 11, sizes: vec![1500], ..opens(0, 12, Ends::Never) },
        ),
        base(
            "credit exhausted by large messages",
            Plan { sizes: vec![70_000, 90_000], ..opens(3, 3, Ends::Close(0)) },
            Plan { reads: 5, ..plan.clone() },
        ),
    ]
}

pub(crate) fn network(scenario: &Scenario, mut setting: Setting) -> Network {
    if scenario.upgrades {
        setting.faults.push((8, Fault::Upgrade));
        setting.faults.sort_by_key(|(at, _)| *at);
    }
    let client = Talk::new(scenario.client.clone(), scenario.server.opens);
    let server = Talk::new(scenario.server.clone(), scenario.client.opens);
    Network::new(setting, client, server)
}

/// What must be true after any run.
pub(crate) fn check(scenario: &Scenario, network: &Network) {
    let sides = [
        (&network.client_app, &network.server_app, &scenario.client, "client"),
        (&network.server_app, &network.client_app, &scenario.server, "server"),
    ];
    for (side, other, plan, name) in sides {
        for (channel, topic) in side.topics() {
            let heard = &other.topics()[channel];
            if scenario.is_complete {
                assert_eq!(heard.heard, topic.sent, "{name}'s messages on {channel}");
            }
            // A closer who was not closed or aborted first has said all, and all of it arrived.
            if matches!(plan.ends, Ends::Close(_)) && topic.is_ended && !heard.is_ended {
                assert_eq!(heard.heard, topic.sent, "{name} closed {channel}");
                assert_eq!(heard.end, Some(Bytes::new()));
            }
            if matches!(plan.ends, Ends::Abort(_)) && topic.is_ended && !heard.is_ended {
                let value = format!("{{\"kind\":\"abort\",\"value\":{}}}", topic.heard);
                assert_eq!(heard.end, Some(value.into()), "the value of the abort");
            }
        }
    }
    for peer in [&network.client, &network.server] {
        assert_eq!(peer.channels(), 0, "channels are forgotten: {peer:#?}");
    }
}

fn setting(carrier: Carrier, faults: Vec<(u64, Fault)>) -> Setting {
    Setting { carrier, limits: small(), delay: 20, faults, jitter: Vec::new() }
}

#[test]
fn every_scenario_survives_a_cut_after_every_frame() {
    std::thread::scope(|scope| {
        for scenario in scenarios() {
            scope.spawn(move || {
                cut_everywhere(&scenario, Carrier::Socket);
                cut_everywhere(&scenario, Carrier::Posts);
            });
        }
    });
}

fn cut_everywhere(scenario: &Scenario, carrier: Carrier) {
    let mut whole = network(scenario, setting(carrier, Vec::new()));
    whole.run();
    check(scenario, &whole);
    for at in 1..=whole.arrived {
        for server_notices in [true, false] {
            println!("{} on {carrier:?}, cut after {at}", scenario.name);
            let cut = vec![(at, Fault::Cut { server_notices })];
            let mut network = network(scenario, setting(carrier, cut));
            network.run();
            check(scenario, &network);
        }
    }
}

#[test]
fn a_flood_survives_an_upgrade_after_every_frame_and_a_cut_soon_after() {
    let scenarios = scenarios();
    let flood = scenarios.iter().find(|scenario| scenario.upgrades).expect("the flood");
    let mut whole = network(flood, setting(Carrier::Socket, Vec::new()));
    whole.run();
    for at in 1..=whole.arrived {
        for later in [1, 2, 5] {
            println!("upgraded after {at}, cut {later} frames later");
            let cut = Fault::Cut { server_notices: at % 2 == 0 };
            let faults = vec![(at, Fault::Upgrade), (at + later, cut)];
            let mut network = network(flood, setting(Carrier::Socket, faults));
            network.run();
            check(flood, &network);
        }
    }
}
