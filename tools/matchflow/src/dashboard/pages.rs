//! The pages, by their addresses.

use std::borrow::Cow;
use std::time::Duration;

use clap::ValueEnum as _;

use maud::{Markup, html};
use percent_encoding::percent_decode_str;

use super::overview::Overview;
use crate::failure::Failure;
use crate::failures::{Failures, FailuresArguments};
use crate::follow::{FollowArguments, Followed, Records};
use crate::held::By;
use crate::html::{AsPage, Links, View, command};
use crate::measured::Measured;
use crate::partner::{Partner, PartnerArguments};
use crate::shell;
use crate::stack::Stack;
use crate::statistics::{self, Statistics, StatisticsArguments};
use crate::status::Status;

/// A page that was asked for.
pub struct Page {
    /// Its place in the navigation.
    pub view: Option<View>,
    pub heading: String,
    pub contents: Markup,
    /// The time between two updates, if it is to be updated.
    pub every: Option<Duration>,
}

/// The values behind the question mark, by name.
pub struct Query<'a>(pub &'a str);

impl Query<'_> {
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut pairs = form_urlencoded::parse(self.0.as_bytes());
        pairs
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value)
    }
}

/// The text of one segment of a path.
pub fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// The first page.
pub async fn overview(stack: &Stack, measured: Measured, links: &Links) -> Result<Page, Failure> {
    let today = StatisticsArguments {
        by: statistics::By::Total,
        day: None,
        plot: None,
    };
    let (status, statistics) = futures_util::try_join!(Status::of(stack), Statistics::of(stack, &today))?;
    let overview = Overview {
        status,
        measured,
        statistics,
    };
    Ok(Page {
        view: Some(View::Overview),
        heading: "Overview".to_owned(),
        contents: overview.contents(links),
        every: Some(stack.between_reports()),
    })
}

/// All that failed. A look hides messages for a moment, so that the page does not look again by itself.
pub async fn failures(stack: &Stack, query: &Query<'_>, links: &Links) -> Result<Page, Failure> {
    let by = query.get("by").and_then(|by| By::from_str(&by, true).ok());
    let arguments = FailuresArguments {
        by: by.unwrap_or(By::Cause),
        max: 1000,
    };
    Ok(Page {
        view: Some(View::Failures),
        heading: "Failures".to_owned(),
        contents: Failures::of(stack, &arguments).await?.contents(links),
        every: None,
    })
}

/// What was counted on a day.
pub async fn statistics(stack: &Stack, query: &Query<'_>, links: &Links) -> Result<Page, Failure> {
    let by = query.get("by").and_then(|by| statistics::By::from_str(&by, true).ok());
    let arguments = StatisticsArguments {
        by: by.unwrap_or(statistics::By::Total),
        day: query.get("day").and_then(|day| day.parse().ok()),
        plot: None,
    };
    Ok(Page {
        view: Some(View::Statistics),
        heading: "Statistics".to_owned(),
        contents: Statistics::of(stack, &arguments).await?.contents(links),
        every: None,
    })
}

/// A story. Its records are looked for in the queues where that is asked for; it is updated by the tables alone.
pub async fn story(stack: &Stack, id: &str, query: &Query<'_>, links: &Links) -> Result<Page, Failure> {
    let looks = query.get("queues").is_some();
    let records = if looks { Records::InQueues } else { Records::Nowhere };
    let followed = follow(stack, id, false, records).await?;
    let is_open = !crate::report::Report::is_final(&followed);
    Ok(Page {
        view: Some(View::Story(id.to_owned())),
        heading: id.to_owned(),
        every: (is_open && !looks).then(|| stack.between_reports()),
        contents: html! {
            (followed.contents(links))
            @if is_open && matches!(links, Links::Served { .. }) { p { a href="?queues=1" { "Look for its records in the queues that keep what failed" } } }
        },
    })
}

async fn follow(stack: &Stack, id: &str, scan: bool, records: Records) -> Result<Followed, Failure> {
    let arguments = FollowArguments {
        id: id.to_owned(),
        scan,
        watch: false,
        show_personal: false,
        html: None,
        records,
    };
    Followed::of(stack, &arguments).await
}

/// A partner.
pub async fn partner(stack: &Stack, id: &str, query: &Query<'_>, links: &Links) -> Result<Page, Failure> {
    let arguments = PartnerArguments {
        before: query.get("before").and_then(|before| before.parse().ok()),
        ..PartnerArguments::of(id.to_owned(), 100)
    };
    Ok(Page {
        view: Some(View::Partner(id.to_owned())),
        heading: format!("Partner {id}"),
        contents: Partner::of(stack, &arguments).await?.contents(links),
        every: arguments.before.is_none().then(|| stack.between_reports()),
    })
}

/// What an id names.
pub enum Found {
    /// One page.
    At(View),
    /// Several, none, or nothing yet.
    Page(Box<Page>),
}

/// Looks for an id under all keys; on a local stack through whole tables, too.
pub async fn find(stack: &Stack, query: &Query<'_>, links: &Links) -> Result<Found, Failure> {
    let id = query.get("id").unwrap_or_default().trim().to_owned();
    let contents = match follow(stack, &id, false, Records::Nowhere).await {
        Ok(Followed::Partner(_)) => return Ok(Found::At(View::Partner(id))),
        Ok(_) => {
            let partner = Partner::find(stack, &PartnerArguments::of(id.clone(), 1)).await?;
            if partner.is_none() {
                return Ok(Found::At(View::Story(id)));
            }
            html! {
                ul {
                    li { (links.around(&View::Partner(id.clone()), "The partner of this id")) }
                    li { (links.around(&View::Story(id.clone()), "The request or purchase of this id")) }
                }
            }
        }
        Err(_) if stack.is_local => match follow(stack, &id, true, Records::Nowhere).await? {
            Followed::Story(story) => return Ok(Found::At(View::Story(story.id().to_owned()))),
            Followed::Partner(partner) => return Ok(Found::At(View::Partner(partner.id.clone()))),
            several @ Followed::Several(_) => several.contents(links),
        },
        Err(failure) => html! {
            p { (failure.to_string()) }
            p { "Through whole tables, which costs read units and takes minutes where they are large: " (command(&format!("{} --scan", shell::command("follow", &id)))) }
        },
    };
    Ok(Found::Page(Box::new(Page {
        view: None,
        heading: format!("Found for {id}"),
        contents,
        every: None,
    })))
}
