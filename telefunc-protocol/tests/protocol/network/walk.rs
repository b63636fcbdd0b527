//! A seeded random walk: plans, delays, cuts and second wires by chance, the same properties.
//!
//! `TELEFUNC_WALKS` sets how many schedules are run, `TELEFUNC_SEED` which is the first.

use super::cuts::{Scenario, check, network};
use super::talk::{Ends, Plan};
use super::{Carrier, Fault, Setting, small};

/// A small generator of our own, so that a seed means the same for ever (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize].clone()
    }
}

fn plan(chance: &mut Chance, peer_sends: usize, sends: usize) -> Plan {
    let sizes = [vec![10], vec![60, 5000], vec![700, 1, 0], vec![16_384, 16_385, 40_000], vec![0]];
    let heard = chance.below(peer_sends as u64 + 1) as usize;
    let ends = [Ends::Close(heard), Ends::Close(peer_sends), Ends::Abort(heard)];
    Plan {
        opens: chance.below(4) as usize,
        sends,
        sizes: chance.pick(&sizes),
        asks: chance.one_in(3),
        cancels: chance.one_in(4),
        misses: true,
        waits: false,
        ends: chance.pick(&ends),
        reads: chance.pick(&[0, 0, 3, 40]),
    }
}

pub(crate) fn schedule(seed: u64) -> (Scenario, Setting) {
    let mut chance = Chance(seed);
    let (up, down) = (chance.below(25) as usize, chance.below(25) as usize);
    let mut client = plan(&mut chance, down, up);
    let mut server = plan(&mut chance, up, down);
    // Someone must end each channel whatever was missed on the way.
    let misses = client.cancels || server.cancels;
    if misses || chance.one_in(2) {
        server.ends = Ends::Never;
        client.ends = if misses { Ends::Abort(0) } else { client.ends };
    }
    client.opens = client.opens.max(1);
    let mut at = 0;
    let faults = (0..chance.below(8))
        .map(|_| {
            at += chance.below(30);
            let cut = Fault::Cut { server_notices: chance.one_in(2) };
            (at, if chance.one_in(3) { Fault::Upgrade } else { cut })
        })
        .collect();
    let setting = Setting {
        carrier: chance.pick(&[Carrier::Socket, Carrier::Posts]),
        limits: small(),
        delay: chance.below(60),
        faults,
        jitter: (0..97).map(|_| if chance.one_in(3) { chance.below(100) } else { 0 }).collect(),
    };
    let scenario =
        Scenario { name: "by chance", client, server, is_complete: false, upgrades: false };
    (scenario, setting)
}

#[test]
fn any_schedule_delivers_once_in_order_or_ends_on_both_sides() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let walks = number("TELEFUNC_WALKS").unwrap_or(1000);
    let first = number("TELEFUNC_SEED").unwrap_or(0);
    for seed in first..first + walks {
        println!("TELEFUNC_SEED={seed}");
        let (scenario, setting) = schedule(seed);
        let mut network = network(&scenario, setting);
        network.run();
        check(&scenario, &network);
    }
}
