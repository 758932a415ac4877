//! Prints the messages of generated flows, one JSON object a line: `unusual_events <seed> <flows> [<namespace>]`.
#![allow(clippy::unwrap_used, reason = "what is wrong here has to end the program")]

use builders::unusual::Generator;
use serde_json::json;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (seed, flows) = (arguments[0].parse().unwrap(), arguments[1].parse().unwrap());
    let namespace = arguments.get(2).map_or("", String::as_str);
    let mut generator = Generator::new(seed, namespace);
    for number in 1..=flows {
        let _: u64 = number;
        let flow = generator.flow();
        for message in flow.messages {
            let line = json!({
                "flow": number, "request": flow.request, "end": format!("{:?}", flow.end), "eventType": message.event_type,
                "group": message.group, "body": message.body, "attributes": message.attributes, "chosen": message.chosen,
            });
            println!("{line}");
        }
    }
}
