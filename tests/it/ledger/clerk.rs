//! The clerk presses the last button and keeps the book honest: nothing counts as acknowledged before it is on disk.

use std::sync::Arc;

use super::book::{Book, Entry};
use crate::portal::{
    Answer,
    walk::{Access, Administrator, ReadyDraft},
};

/// What became of one press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It exists, and the book says so.
    Acknowledged,
    /// No answer, or none that says what became of it; with what there was.
    Silence(String),
    /// The portal asks to try again: 503 with Retry-After.
    Later,
    /// Anything else is wrong.
    Wrong(String),
}

#[derive(Clone)]
pub(super) struct Clerk {
    pub(super) administrator: Administrator,
    pub(super) book: Arc<Book>,
}

impl Clerk {
    /// Drafts that lack nothing but the last button. Every second one asks for an administrator; their names say so.
    pub(super) async fn prepare(&self, first: usize, count: usize) -> Vec<ReadyDraft> {
        let mut drafts = Vec::new();
        for number in first..first + count {
            let email = format!("admin-{number}@customer.example");
            let (name, access) = match number % 2 {
                0 => (format!("Company {number}"), Access::Later),
                _ => (format!("Company {number} with administrator"), Access::Instructions(&email)),
            };
            let draft = self.administrator.draft(&name, access).await;
            self.book.note(&Entry::Asked { draft: draft.id.clone(), name });
            drafts.push(draft);
        }
        drafts
    }

    /// Presses the button of one draft.
    pub(super) async fn press(&self, draft: &ReadyDraft) -> Outcome {
        let outcome = match self.try_press(draft).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Silence(format!("{error:?}")),
        };
        if outcome != Outcome::Acknowledged {
            self.book.note(&Entry::Maybe { draft: draft.id.clone() });
        }
        outcome
    }

    /// Presses the buttons of several drafts at once, each in a task of its own.
    pub(super) fn press_all(&self, drafts: &[ReadyDraft]) -> tokio::task::JoinSet<(ReadyDraft, Outcome)> {
        let mut tasks = tokio::task::JoinSet::new();
        for draft in drafts.iter().cloned() {
            let clerk = self.clone();
            tasks.spawn(async move {
                let outcome = clerk.press(&draft).await;
                (draft, outcome)
            });
        }
        tasks
    }

    async fn try_press(&self, draft: &ReadyDraft) -> reqwest::Result<Outcome> {
        let answer = self.administrator.client.submit(&draft.create).await?;
        if let Some(key) = self.administrator.acknowledged(&answer).await? {
            self.book.note(&Entry::Acknowledged { draft: draft.id.clone(), key });
            return Ok(Outcome::Acknowledged);
        }
        Ok(refusal(&answer))
    }
}

/// A redirect whose page could not be had is no acknowledgement yet, and no mistake either.
fn refusal(answer: &Answer) -> Outcome {
    match answer.status.as_u16() {
        303 => Outcome::Silence(format!("sent to {:?}", answer.location())),
        503 if answer.headers.contains_key("retry-after") => Outcome::Later,
        _ => Outcome::Wrong(answer.summary()),
    }
}
