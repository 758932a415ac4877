//! `matchflow follow`: the story of one request, and what it waits for; or what else an id names.

mod event;
mod kept;
mod page;
mod request;
mod screen;
mod search;
mod sequence;
mod states;
mod story;
mod subject;
mod waits;

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::html::{Document, write_file};
use crate::partner::{self, Partner, PartnerArguments};
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::tables::Tables;
use search::FoundByScan;
use story::{Looked, Story};
use subject::Subject;

/// What to follow.
#[derive(Debug, Args)]
pub struct FollowArguments {
    /// The id of a request, of one of its matches, of a purchase, of a partner, or of a message that failed; an entry's order, as `match#…`;
    /// with --scan any id, or how one begins
    pub id: String,
    /// Look through whole tables for what no key leads to, which costs read units: a customer, a transfer, an event, a notification, how an
    /// id begins
    #[arg(long)]
    pub scan: bool,
    /// Show it again every two seconds, on AWS every fifteen, until nothing is expected any more
    #[arg(long)]
    pub watch: bool,
    /// Show the customer's phone or push endpoint, too
    #[arg(long)]
    pub show_personal: bool,
    /// Write it as a page into a file, too, with its pictures
    #[arg(long, value_name = "FILE.html", conflicts_with = "watch")]
    pub html: Option<PathBuf>,
    #[arg(skip)]
    pub records: Records,
}

/// Where records of a story that is known are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Records {
    /// In the queues that keep what failed. A look hides messages from others for a moment.
    #[default]
    InQueues,
    /// Nowhere.
    Nowhere,
}

/// What came of following an id.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Followed {
    /// It is of one request or purchase.
    Story(Box<Story>),
    /// It is of a partner.
    Partner(Box<Partner>),
    /// It is of several, or of none.
    Several(FoundByScan),
}

impl Followed {
    /// Follows an id.
    pub async fn of(stack: &Stack, arguments: &FollowArguments) -> Result<Self, Failure> {
        let tables = Tables::of(stack)?;
        let subject = match subject::find(&tables, &arguments.id).await? {
            Some(subject) => subject,
            None if arguments.scan => {
                let several = search::search(&tables, &arguments.id).await?;
                match &several.found[..] {
                    [only] => only.subject.clone(),
                    _ => return Ok(Self::Several(several)),
                }
            }
            None => Subject::Failed(arguments.id.clone()),
        };
        Ok(match subject {
            Subject::Partner(id) => {
                let partner = PartnerArguments::of(id, partner::ENTRIES);
                Self::Partner(Box::new(Partner::of(stack, &partner).await?))
            }
            subject => Self::Story(Box::new(Story::of(stack, &tables, subject, arguments).await?)),
        })
    }
}

/// Follows an id, and writes the page of it where that is asked for.
pub async fn follow(stack: &Stack, arguments: &FollowArguments) -> Result<Followed, Failure> {
    let followed = Followed::of(stack, arguments).await?;
    if let Some(file) = &arguments.html {
        write_file(file, &Document::alone(&stack.name, &arguments.id, &followed))?;
    }
    Ok(followed)
}

impl Report for Followed {
    fn write(&self, screen: &mut Screen) {
        match self {
            Self::Story(story) => story.write(screen),
            Self::Partner(partner) => partner.write(screen),
            Self::Several(several) => several.write(screen),
        }
    }

    fn is_final(&self) -> bool {
        match self {
            Self::Story(story) => story.is_final(),
            Self::Partner(_) | Self::Several(_) => true,
        }
    }

    fn exit_code(&self) -> u8 {
        match self {
            Self::Story(story) => story.exit_code(),
            Self::Partner(partner) => partner.exit_code(),
            Self::Several(several) => several.exit_code(),
        }
    }
}
