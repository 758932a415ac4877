//! Values and bytes that do not belong where the mutations put them.

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Bytes with a meaning to a parser.
pub fn pieces() -> Vec<String> {
    let mut pieces = owned(&[
        "\u{feff}",
        "\0",
        "\r\n",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{2028}",
        "\u{202e}",
        "e\u{301}",
        "👩‍🔧",
        "\\ud83d",
        "\\",
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "NaN",
        "1e",
        "-",
        "null",
    ]);
    pieces.push("[".repeat(200));
    pieces
}

/// Values of every type, size and depth, some of them not JSON.
pub fn values() -> Vec<String> {
    let mut values = owned(&[
        "null",
        "true",
        "0",
        "-0",
        "-1",
        "1.0",
        "1.5",
        "1e3",
        "1e400",
        "-1e-400",
        "01",
        "NaN",
        "Infinity",
        "9007199254740993",
        "9223372036854775808",
        "18446744073709551616",
        "[]",
        "[[]]",
        "{}",
        r#"{"a":1}"#,
        r#"{"a":1,"a":2}"#,
        "'single'",
        r#""\ud800""#,
        r#""\udc00\ud800""#,
        r#""\u0000""#,
        "\"\u{1}\"",
        "\"\u{202e}\u{feff}\"",
    ]);
    let texts = [
        "",
        "text",
        "10",
        "-1",
        "2.0",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:60Z",
        "+821000900001",
        "request.submitted",
        "points.credited",
        "Notification",
        "SubscriptionConfirmation",
        "Binary",
        "aws:s3",
        "text/plain",
    ];
    values.extend(texts.map(|text| format!("\"{text}\"")));
    values.extend(bombs(129));
    values.extend([127, 128, 129, 5_000].map(nested));
    values
}

/// Members that an event has already, or that turn it into something else.
pub fn members() -> Vec<String> {
    owned(&[
        r#""type":"request.submitted","#,
        r#""data":{},"#,
        r#""d\u0061ta":{},"#,
        r#""data_base64":"e30=","#,
        r#""specversion":"1.0","#,
        r#""Type":"Notification","#,
        r#""TopicArn":"","#,
        r#""Message":"{}","#,
        r#""Records":[],"#,
        r#""messageId":"again","#,
        r#""\ud800":1,"#,
        r#""":"","#,
        r#""a":1,"#,
    ])
}

/// Lists nested this deep.
pub fn nested(depth: usize) -> String {
    "[".repeat(depth) + &"]".repeat(depth)
}

/// Values of this many small parts, which need the most memory when they are read.
pub fn bombs(parts: usize) -> Vec<String> {
    let names: Vec<_> = (0..parts).map(|name| format!("\"{name:x}\":0")).collect();
    let mut bombs = vec![
        "1".repeat(parts),
        format!("1e{}", "9".repeat(parts)),
        format!("{{{}}}", names.join(",")),
    ];
    let elements = ["0", "1e20", "[]", "{}", r#""""#, r#"{"":0}"#, r#"{"":{}}"#];
    bombs.extend(elements.map(|element| format!("[{}]", vec![element; parts].join(","))));
    let characters = ["x", "가", r#"\""#, r"\n", r"\u0001", r"\ud83d\ude00"];
    bombs.extend(characters.map(|character| format!("\"{}\"", character.repeat(parts))));
    bombs
}
