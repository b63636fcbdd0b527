//! The names and numbers that both sides must agree on.

use serde_json::json;
use telefunc_protocol::{limits, media};

use super::check;

#[test]
fn constant_vectors_are_kept() {
    let vectors = vec![
        json!({ "name": "media.JSON", "value": media::JSON }),
        json!({ "name": "media.FRAMES", "value": media::FRAMES }),
        json!({ "name": "media.FAILURE", "value": media::FAILURE }),
        json!({ "name": "media.SCHEMA_HEADER", "value": media::SCHEMA_HEADER }),
        json!({ "name": "media.INTEGERS_HEADER", "value": media::INTEGERS_HEADER }),
        json!({ "name": "media.INTEGERS_EXACT", "value": media::INTEGERS_EXACT }),
        json!({ "name": "media.BASE_PATH", "value": media::BASE_PATH }),
        json!({ "name": "limits.FRAME", "value": limits::FRAME }),
        json!({ "name": "limits.PARTS", "value": limits::PARTS }),
        json!({ "name": "limits.INITIAL_CREDIT", "value": limits::INITIAL_CREDIT }),
        json!({ "name": "limits.OVERHEAD", "value": limits::OVERHEAD }),
        json!({ "name": "limits.FRAGMENT", "value": limits::FRAGMENT }),
        json!({ "name": "limits.WIRE_FRAME", "value": limits::WIRE_FRAME }),
        json!({ "name": "limits.LABEL", "value": limits::LABEL }),
        json!({ "name": "limits.FAILURE", "value": limits::FAILURE }),
        json!({ "name": "limits.REQUESTS", "value": limits::REQUESTS }),
    ];
    check("constants.json", "constants that both sides must agree on", vectors);
}
