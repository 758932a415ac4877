//! How deeply a text is nested.

/// The parser skips over members that are not read without a limit on their depth, so this checks it first. Text that is no
/// JSON may be judged wrongly here: it is refused in either case.
pub(super) fn is_too_deep(text: &str) -> bool {
    const LIMIT: usize = 128;
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > LIMIT {
            return true;
        }
    }
    false
}
