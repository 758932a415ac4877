//! Metrics as `CloudWatch` has them.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat};

use crate::failure::Failure;
use crate::stack::Stack;

/// Values by the second at which their period begins.
pub type Series = BTreeMap<i64, f64>;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The name of the answer: a small letter, then letters, digits and `_`.
    pub id: String,
    pub namespace: &'static str,
    pub metric: &'static str,
    /// The one dimension: its name and value.
    pub dimension: (&'static str, String),
    pub statistic: &'static str,
    /// In seconds.
    pub period: i32,
}

/// Reads metrics from so long ago until now, by the names of the answers. What has no value in the time has an empty series, or none.
pub async fn read(
    stack: &Stack,
    back: Duration,
    wanted: impl Iterator<Item = Wanted>,
) -> Result<BTreeMap<String, Series>, Failure> {
    let now = SystemTime::now();
    let request = Client::new(&stack.config)
        .get_metric_data()
        .start_time((now - back).into())
        .end_time(now.into());
    let mut pages = request
        .set_metric_data_queries(Some(wanted.map(query).collect()))
        .into_paginator()
        .send();
    let mut results = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| Failure::of_call("cloudwatch:GetMetricData", &error))?;
        results.extend(page.metric_data_results.unwrap_or_default());
    }
    Ok(series(&results))
}

fn query(wanted: Wanted) -> MetricDataQuery {
    let (name, value) = wanted.dimension;
    let metric = Metric::builder()
        .namespace(wanted.namespace)
        .metric_name(wanted.metric)
        .dimensions(Dimension::builder().name(name).value(value).build());
    let statistic = MetricStat::builder()
        .metric(metric.build())
        .period(wanted.period)
        .stat(wanted.statistic);
    let query = MetricDataQuery::builder().id(wanted.id).metric_stat(statistic.build());
    query.return_data(true).build()
}

/// A series may come in several pages, each with other times.
fn series(results: &[MetricDataResult]) -> BTreeMap<String, Series> {
    let mut all = BTreeMap::<String, Series>::new();
    for result in results {
        let times = result.timestamps().iter().map(DateTime::secs);
        let values = times.zip(result.values().iter().copied());
        all.entry(result.id().unwrap_or_default().to_owned())
            .or_default()
            .extend(values);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_of_several_pages_is_one() {
        let page = |second| {
            let result = MetricDataResult::builder()
                .id("a")
                .timestamps(DateTime::from_secs(second));
            result.values(2.0).build()
        };
        assert_eq!(series(&[page(60), page(0)])["a"], Series::from([(0, 2.0), (60, 2.0)]));
    }
}
