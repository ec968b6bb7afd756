//! The way back to a meeting from a form that was opened there.

/// Where saving leads back to: the roundtable or a meeting, with what is open there, and nothing else that an address
/// may ask for.
pub fn back_to_meeting(asked: Option<impl Into<String>>) -> Option<String> {
    asked.map(Into::into).filter(|back| is_meeting(back.split('?').next().unwrap_or_default()))
}

fn is_meeting(path: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    path == "/crm/roundtable" || path.strip_prefix("/crm/meetings/").is_some_and(is_number)
}
