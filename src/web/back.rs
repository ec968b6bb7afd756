//! The way back to a meeting from a form that was opened there.

/// Where saving leads back to: the page of a meeting, and nothing else that an address may ask for.
pub fn back_to_meeting(asked: Option<impl Into<String>>) -> Option<String> {
    let is_meeting = |back: &String| ["/crm/roundtable", "/crm/meetings/"].iter().any(|at| back.starts_with(at));
    asked.map(Into::into).filter(is_meeting)
}
