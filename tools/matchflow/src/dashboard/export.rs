//! The pages as files, for a report about an incident.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::pages::{self, Page, Query};
use crate::failure::Failure;
use crate::html::{Document, Links, View, file, write_file};
use crate::measured::Measured;
use crate::stack::Stack;

/// Writes the pages into a folder.
pub async fn write(stack: &Stack, folder: &Path, with: &[String]) -> Result<(), Failure> {
    let mut views = BTreeSet::from([View::Overview, View::Failures, View::Statistics]);
    for id in with {
        let is_partner = pages::partner(stack, id, &Query(""), &Links::Files(BTreeSet::new()))
            .await
            .is_ok();
        views.insert(if is_partner {
            View::Partner(id.clone())
        } else {
            View::Story(id.clone())
        });
    }
    if folder.join(file(&View::Overview)).exists() {
        let why = "there is an export in it, which stays as it was";
        return Err(Failure::new(
            format!("Nothing is written into {}", folder.display()),
            why,
            "Name another folder: --export",
        ));
    }
    let links = Links::Files(views.clone());
    fs::create_dir_all(folder).map_err(|error| {
        let what = format!("{} cannot be made", folder.display());
        Failure::new(what, error.to_string(), "Name another folder: --export")
    })?;
    for view in &views {
        let page = page(stack, view, &links).await?;
        let document = Document {
            stack: &stack.name,
            view: Some(view),
            heading: &page.heading,
            contents: &page.contents,
            updated_every: None,
            links: &links,
        };
        let path = folder.join(file(view));
        write_file(&path, &document.text())?;
    }
    println!("{}", folder.join(file(&View::Overview)).display());
    Ok(())
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
