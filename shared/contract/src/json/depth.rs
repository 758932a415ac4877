//! How deeply a text is nested.

/// Whether a text is nested more deeply than 128 levels. Checked before parsing, since the parser sets no limit on the depth of
/// members that it skips. Of text that is no JSON the answer may be wrong: it is refused in either case.
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
