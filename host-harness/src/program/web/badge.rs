//! A stage as a badge: a word and a tone, never a colour alone.

use host_harness::contract::{Report, Stage};

/// The badge of a connection.
pub struct Badge {
    /// The message.
    pub id: &'static str,
    /// The class of the style sheet.
    pub tone: &'static str,
}

impl Badge {
    /// Of a report: an access that is not used is not simply fine.
    pub fn of(report: &Report) -> Self {
        if report.stage == Stage::Authorized && !report.enabled {
            return Self {
                id: "stage-off",
                tone: "quiet",
            };
        }
        Self::of_stage(report.stage)
    }

    /// Of a stage.
    pub fn of_stage(stage: Stage) -> Self {
        let (id, tone) = match stage {
            Stage::Unconfigured => ("stage-unconfigured", "quiet"),
            Stage::Unauthorized => ("stage-unauthorized", "quiet"),
            Stage::Authorizing => ("stage-authorizing", "busy"),
            Stage::Failed => ("stage-failed", "bad"),
            Stage::Authorized => ("stage-authorized", "good"),
            Stage::Attention => ("stage-attention", "warn"),
        };
        Self { id, tone }
    }
}
