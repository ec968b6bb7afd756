//! How the demonstration's clients came to be judged as they are: steps of the past year, each with its reason.

use crate::clients::assessment::{Assessment, ClientStatus, RelationshipStrength};

/// The steps that lead to an assessment: how many days ago, and how it stood from then on; the last is the assessment.
pub fn steps(number: usize, now: &Assessment) -> Vec<(u64, Assessment)> {
    use RelationshipStrength::{AtRisk, Good, NeedsAttention, New, Strong};
    // No two clients were talked about on the same days.
    let shift = number as u64 % 9 * 3;
    let path: &[(u64, RelationshipStrength, &str)] = match now.relationship_strength {
        Some(Strong) => &[
            (420, Good, "First project delivered on time."),
            (230, Strong, "They renewed the framework and asked for us by name."),
        ],
        Some(Good) if number.is_multiple_of(3) => &[
            (410, Strong, "Long-standing client."),
            (160, Good, "Their new procurement asks for three offers each time."),
        ],
        Some(Good) => {
            &[(400, New, "Met at a conference."), (190, Good, "Two studies delivered, both used before their board.")]
        }
        Some(NeedsAttention) => &[
            (430, Strong, "Our engineers sit on their site."),
            (250, Good, "Their programme manager left."),
            (70, NeedsAttention, "Two calls not returned since the reorganisation."),
        ],
        Some(AtRisk) => &[
            (425, Good, "Steady work on the licensing basis."),
            (210, NeedsAttention, "An invoice is disputed."),
            (55, AtRisk, "They are talking to another consultancy."),
        ],
        Some(New) => &[(120, New, "First meeting at their office.")],
        None => &[(300, New, "Looked at for the first time.")],
    };
    let before = |status: Option<ClientStatus>| match status {
        Some(ClientStatus::Active) => Some(ClientStatus::Warm),
        Some(ClientStatus::Cold) => Some(ClientStatus::Warm),
        other => other,
    };
    let step = |(index, (days, strength, reason)): (usize, &(u64, RelationshipStrength, &str))| {
        let is_last = index + 1 == path.len();
        let assessment = Assessment {
            relationship_strength: now.relationship_strength.map(|_| *strength),
            client_status: if is_last { now.client_status } else { before(now.client_status) },
            assessment_reason: Some((*reason).to_owned()),
            ..now.clone()
        };
        (days - shift, assessment)
    };
    path.iter().enumerate().map(step).collect()
}
