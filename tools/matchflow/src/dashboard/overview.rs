//! The first page: how the stack is, as a picture and in numbers.

use maud::{Markup, html};
use wiring::Function;

use crate::html::{AsPage, Links, sparkline, table};
use crate::measured::Measured;
use crate::statistics::Statistics;
use crate::status::{Status, picture};

/// All that the first page shows.
#[derive(Debug)]
pub struct Overview {
    pub status: Status,
    pub measured: Measured,
    pub statistics: Statistics,
}

impl AsPage for Overview {
    fn contents(&self, links: &Links) -> Markup {
        html! {
            (self.status.summary(links))
            (picture(&self.status, &self.measured))
            div.sides {
                section { h2 { "Customers told today, by seconds since the submission" } (self.statistics.delays()) }
                section { h2 { "Records handled" } (self.paces()) }
            }
            h2 { "Queues" }
            (self.status.table())
        }
    }
}

impl Overview {
    fn paces(&self) -> Markup {
        if let Some(missing) = &self.measured.missing {
            return html! { p { "Not measured: " (missing) "." } };
        }
        let rows = html! {
            @for function in Function::ALL {
                @let pace = self.measured.pace(function);
                tr {
                    th scope="row" { (function.name()) }
                    td { (sparkline(&format!("{} in each minute of the last hour", function.name()), &pace.hour)) (pace.hour.iter().sum::<f64>()) }
                    td { (sparkline(&format!("{} in each quarter of an hour of the last day", function.name()), &pace.day)) (pace.day.iter().sum::<f64>()) }
                }
            }
        };
        table("Records handled", &["function", "last hour", "last day"], &rows)
    }
}
