//! What a callback does.

use std::collections::HashMap;

use serde_json::{Value, json};
use telefunc::CallError;
use telefunc::prelude::*;
use tokio::sync::mpsc;

use super::Told;
use super::client::{Client, Heard, Port};
use crate::support::{Server, soon};

#[rustfmt::skip]
#[telefunction]
pub async fn on_init(on_tick: Callback<fn(n: u64)>, #[context] cx: Context) {
    cx.spawn(async move {
        for n in 1.. {
            if on_tick.call(n).await.is_err() { break }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
}

async fn asked(port: &mut Port) -> (u64, Value) {
    match soon(port.next()).await {
        Some(Heard::Request(request, value)) => (request, value),
        other => panic!("no request but {other:?}"),
    }
}

#[tokio::test]
async fn a_callback_ticks() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(40, &server);
    let mut on_tick = client.open();
    let answer = client.call(&server, "live.callbacks.onInit", json!([on_tick.id])).await;
    assert_eq!(answer, json!(null));
    for n in 1..3 {
        let (request, arguments) = asked(&mut on_tick).await;
        assert_eq!(arguments, json!([n]));
        on_tick.reply(request, Ok(json!(null)));
    }
}

#[telefunc::data]
pub struct Ack {
    #[schemars(range(max = 100))]
    pub seen: u32,
}

#[telefunction]
async fn on_progress(report: Callback<fn(percent: u8, text: String) -> Ack>) -> Vec<String> {
    let mut said = Vec::new();
    let both = tokio::join!(report.call(1, "one".into()), report.call(2, "two".into()));
    said.push(format!("{:?} {:?}", both.0.map(|ack| ack.seen), both.1.map(|ack| ack.seen)));
    for n in 3..7 {
        said.push(match report.call(n, String::new()).await {
            Ok(ack) => format!("seen {}", ack.seen),
            Err(CallError::Refused(value)) => format!("refused {value}"),
            Err(CallError::Failed(id)) => format!("failed {id}"),
            Err(CallError::Invalid(issues)) => format!("invalid {}", issues[0].code),
            Err(other) => format!("{other:?}"),
        });
    }
    report.notify(7, "told".into()).unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(20), report.call(8, String::new()));
    said.push(format!("given up {}", given_up.await.is_err()));
    said.push(report.call(9, String::new()).await.is_ok().to_string());
    said
}

#[tokio::test]
async fn calls_overlap_and_fail_in_every_way_there_is() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(41, &server);
    let mut report = client.open();
    let arguments = json!([report.id]);
    let call = client.send(&server, "live.callbacks.onProgress", arguments);
    let answers = async {
        let (one, _) = asked(&mut report).await;
        let (two, arguments) = asked(&mut report).await;
        assert_eq!(arguments, json!([2, "two"]));
        report.reply(two, Ok(json!({ "seen": 22 })));
        report.reply(one, Ok(json!({ "seen": 11 })));
        for reply in [
            Err(json!({ "kind": "abort", "value": { "no": 1 } })),
            Err(json!({ "kind": "bug", "id": "b7" })),
            Ok(json!({ "seen": "many" })),
            Ok(json!({ "seen": 101 })),
        ] {
            let (request, _) = asked(&mut report).await;
            report.reply(request, reply);
        }
        assert_eq!(report.recv().await, json!([7, "told"]));
        let (eight, _) = asked(&mut report).await;
        let Some(Heard::Cancelled(cancelled)) = soon(report.next()).await else { panic!() };
        assert_eq!(eight, cancelled);
        report.reply(eight, Ok(json!({ "seen": 8 })));
        let (nine, _) = asked(&mut report).await;
        report.reply(nine, Ok(json!({ "seen": 9 })));
        assert!(matches!(soon(report.next()).await, Some(Heard::Closed)));
    };
    let (answer, ()) = tokio::join!(call, answers);
    assert_eq!(
        answer.json(),
        json!([
            "Ok(11) Ok(22)",
            "refused {\"no\":1}",
            "failed b7",
            "invalid type",
            "invalid too_big",
            "given up true",
            "true"
        ])
    );
}

#[telefunc::data]
pub struct Hooks {
    pub first: Callback<fn(u8) -> u8>,
    pub again: Option<Callback<fn(u8) -> u8>>,
    pub more: Vec<HashMap<String, Callback<fn() -> u8>>>,
}

#[telefunction]
async fn on_hooks(hooks: Hooks) -> Result<u32, telefunc::Error> {
    let again = hooks.again.ok_or(Abort("twice"))?;
    let mut sum = u32::from(hooks.first.call(1).await?) + u32::from(again.call(2).await?);
    for hook in hooks.more.iter().flat_map(HashMap::values) {
        sum += u32::from(hook.call().await?);
    }
    Ok(sum)
}

#[tokio::test]
async fn callbacks_stand_anywhere_and_the_same_one_twice_is_one_channel() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(42, &server);
    let (mut one, mut two) = (client.open(), client.open());
    let arguments = json!([{ "first": one.id, "again": one.id, "more": [{ "a": two.id }, {}] }]);
    let call = client.call(&server, "live.callbacks.onHooks", arguments);
    let answers = async {
        for n in 1..3 {
            let (request, arguments) = asked(&mut one).await;
            assert_eq!(arguments, json!([n]));
            one.reply(request, Ok(json!(n)));
        }
        let (request, arguments) = asked(&mut two).await;
        assert_eq!(arguments, json!([]));
        two.reply(request, Ok(json!(40)));
    };
    let (sum, ()) = tokio::join!(call, answers);
    assert_eq!(sum, json!(43));
}

#[derive(Clone)]
struct Keep(std::sync::Arc<std::sync::Mutex<Option<Callback<fn(u8)>>>>);

#[telefunction]
async fn on_keep(hook: Callback<fn(u8)>, #[context] keep: State<Keep>) {
    *keep.0.0.lock().unwrap() = Some(hook);
}

#[tokio::test]
async fn a_callback_used_after_its_client_left_is_closed_at_once() {
    let keep = Keep(Default::default());
    let server = Server::start(Telefunc::new().state(keep.clone())).await;
    let client = Client::connected(43, &server);
    let hook = client.open();
    client.call(&server, "live.callbacks.onKeep", json!([hook.id])).await;
    let kept = keep.0.lock().unwrap().clone().unwrap();
    client.shutdown();
    assert_eq!(soon(kept.closed()).await, CloseReason::Closed);
    assert!(matches!(soon(kept.call(1)).await, Err(CallError::Closed)));
    assert!(matches!(kept.notify(1), Err(CallError::Closed)));
}

#[tokio::test]
async fn a_callback_whose_client_never_opens_it_is_closed_in_time() {
    let keep = Keep(Default::default());
    let mut config = Config::default();
    config.connection.handshake = 200;
    let server = Server::start(Telefunc::new().config(config).state(keep.clone())).await;
    let client = Client::connected(44, &server);
    client.call(&server, "live.callbacks.onKeep", json!([99])).await;
    let kept = keep.0.lock().unwrap().clone().unwrap();
    assert!(matches!(soon(kept.call(1)).await, Err(CallError::Closed)));
}

#[telefunc::data]
pub struct Remote {
    pub double: Callback<fn(n: u32) -> u32>,
    pub fails: Callback<fn(how: String) -> u32>,
    pub waits: Callback<fn()>,
}

/// Tells when it is dropped.
struct Dropped(Told);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send("dropped".into());
    }
}

#[telefunction]
async fn on_remote(#[context] told: State<Told>) -> Remote {
    let State(told) = told;
    Remote {
        double: Callback::new(|n: u32| async move {
            assert_eq!(Context::current().function(), "live.callbacks.onRemote");
            n * 2
        }),
        fails: Callback::try_new(|how: String| async move {
            match how.as_str() {
                "abort" => Err(Abort(json!({ "code": 7 })))?,
                "bug" => Err("x".parse::<u32>().unwrap_err())?,
                "panic" => panic!("a closure's own mistake"),
                _ => {}
            }
            Ok::<u32, telefunc::Error>(0)
        }),
        waits: Callback::new(move || {
            let dropped = Dropped(told.clone());
            async move {
                dropped.0.send("started".into()).unwrap();
                std::future::pending::<()>().await;
                drop(dropped);
            }
        }),
    }
}

#[tokio::test]
async fn the_client_calls_functions_of_the_servers() {
    let (told, mut heard) = mpsc::unbounded_channel::<String>();
    let (bugs, mut bug) = mpsc::unbounded_channel::<String>();
    let telefunc =
        Telefunc::new().state(told).on_bug(move |bug| bugs.send(bug.id().to_owned()).unwrap());
    let server = Server::start(telefunc).await;
    let client = Client::connected(45, &server);
    let answer = client.call(&server, "live.callbacks.onRemote", json!([])).await["value"].clone();
    let double = client.claim(&answer["double"]);
    let fails = client.claim(&answer["fails"]);
    let waits = client.claim(&answer["waits"]);
    client.opened(&double).await;
    assert_eq!(double.request(json!([21])).await, Ok(json!(42)));
    let invalid = double.request(json!(["x"])).await.unwrap_err();
    assert_eq!(invalid["issues"][0]["path"], json!(["arg0"]));
    assert_eq!(double.request(json!([1, 2])).await.unwrap_err()["kind"], "validation");
    let aborted = fails.request(json!(["abort"])).await;
    assert_eq!(aborted, Err(json!({ "kind": "abort", "value": { "code": 7 } })));
    for how in ["bug", "panic"] {
        let failed = fails.request(json!([how])).await.unwrap_err();
        assert_eq!(failed, json!({ "kind": "bug", "id": soon(bug.recv()).await.unwrap() }));
    }
    let (request, _reply) = waits.ask(&json!([]));
    assert_eq!(soon(heard.recv()).await.unwrap(), "started");
    waits.cancel(request);
    assert_eq!(soon(heard.recv()).await.unwrap(), "dropped");
    assert_eq!(fails.request(json!(["no"])).await, Ok(json!(0)));
}

#[tokio::test]
async fn a_callback_is_called_without_a_server_as_in_a_unit_test() {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = seen.clone();
    let report = Callback::new(move |percent: u8, text: String| {
        heard.lock().unwrap().push((percent, text));
        async move { Ack { seen: u32::from(percent) } }
    });
    let said = on_progress(report).await;
    assert_eq!(said[0], "Ok(1) Ok(2)");
    assert_eq!(seen.lock().unwrap()[1], (2, "two".to_owned()));
}

#[telefunction]
async fn on_eight(
    hook: Callback<fn(u8, u8, u8, u8, u8, u8, u8, u8) -> String>,
) -> Result<String, telefunc::Error> {
    Ok(hook.call(1, 2, 3, 4, 5, 6, 7, 8).await?)
}

#[tokio::test]
async fn a_callback_has_up_to_eight_parameters() {
    let server = Server::with(Config::default()).await;
    let client = Client::connected(46, &server);
    let mut hook = client.open();
    let call = client.call(&server, "live.callbacks.onEight", json!([hook.id]));
    let answer = async {
        let (request, arguments) = asked(&mut hook).await;
        assert_eq!(arguments, json!([1, 2, 3, 4, 5, 6, 7, 8]));
        hook.reply(request, Ok(json!("all eight")));
    };
    assert_eq!(tokio::join!(call, answer).0, "all eight");
}

#[telefunction]
async fn on_outside(hook: Callback<fn(u8)>) -> String {
    serde_json::to_string(&hook).unwrap_err().to_string()
}

#[tokio::test]
async fn a_live_value_outside_a_call_is_a_clear_error() {
    let outside = serde_json::to_string(&Callback::<fn(u8)>::new(|_: u8| async {})).unwrap_err();
    assert!(outside.to_string().contains("within a call"), "{outside}");
    let server = Server::with(Config::default()).await;
    let client = Client::connected(47, &server);
    let hook = client.open();
    let said = client.call(&server, "live.callbacks.onOutside", json!([hook.id])).await;
    assert!(said.as_str().unwrap().contains("can not be sent back"), "{said}");
}
