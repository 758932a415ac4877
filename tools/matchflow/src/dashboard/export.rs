//! The pages as files, for a report about an incident.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::pages::{self, Page, Query};
use crate::failure::Failure;
use crate::html::{Document, Links, View, file, write_file};
use crate::measured::Measured;
use crate::partner::{Partner, PartnerArguments};
use crate::stack::Stack;

/// Writes the pages into a folder, once all are made: there may be nothing of an id.
pub async fn write(stack: &Stack, folder: &Path, with: &[String]) -> Result<(), Failure> {
    let first = folder.join(file(&View::Overview));
    if first.exists() {
        let why = "there is an export in it, which stays as it was";
        return Err(cannot("Nothing is written into", folder, why));
    }
    let pages = documents(stack, views(stack, with).await?).await?;
    fs::create_dir_all(folder).map_err(|error| cannot("No folder can be made of", folder, &error.to_string()))?;
    // The first page last: where it is, all are.
    for (view, text) in pages.iter().rev() {
        write_file(&folder.join(file(view)), text)?;
    }
    println!("{}", first.display());
    Ok(())
}

fn cannot(what: &str, folder: &Path, why: &str) -> Failure {
    let what = format!("{what} {}", folder.display());
    Failure::new(what, why, "Name another folder: --export")
}

/// The pages that there are always, and those of these ids.
async fn views(stack: &Stack, with: &[String]) -> Result<BTreeSet<View>, Failure> {
    let mut views = BTreeSet::from([View::Overview, View::Failures, View::Statistics]);
    for id in with {
        let partner = Partner::find(stack, &PartnerArguments::of(id.clone(), 1)).await?;
        views.insert(match partner {
            Some(_) => View::Partner(id.clone()),
            None => View::Story(id.clone()),
        });
    }
    Ok(views)
}

async fn documents(stack: &Stack, views: BTreeSet<View>) -> Result<Vec<(View, String)>, Failure> {
    let links = Links::Files(views.clone());
    let mut made = Vec::new();
    for view in views {
        let page = page(stack, &view, &links).await?;
        let document = Document {
            stack: &stack.name,
            view: Some(&view),
            heading: &page.heading,
            contents: &page.contents,
            updated_every: None,
            links: &links,
        };
        let text = document.text();
        made.push((view, text));
    }
    Ok(made)
}

async fn page(stack: &Stack, view: &View, links: &Links) -> Result<Page, Failure> {
    let query = Query("");
    match view {
        View::Overview => pages::overview(stack, Measured::of(stack).await?, links).await,
        View::Failures => pages::failures(stack, &query, links).await,
        View::Statistics => pages::statistics(stack, &query, links).await,
        View::Partner(id) => pages::partner(stack, id, &query, links).await,
        View::Story(id) | View::Redrive(id) => pages::story(stack, id, &Query("queues=1"), links).await,
    }
}
