//! Sending every row of a sheet with nothing around it: no check, no journal, no token of its own,
//! no results.

use std::path::Path;

use anyhow::ensure;
use futures::{StreamExt as _, TryStreamExt as _};
use reqwest::Client;

/// Sends all rows, so many at once.
pub(super) fn send_all(path: &Path, host: &str, concurrency: usize) -> anyhow::Result<()> {
    // A provider is wanted even where nothing is encrypted; that it is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().tls_certs_only([]).tcp_nodelay(true).build()?;
    let records = csv::Reader::from_path(path)?.into_records();
    let calls = futures::stream::iter(records.map(|record| {
        let client = client.clone();
        async move {
            let record = record?;
            let cell = |index| record.get(index).unwrap_or_default();
            let name = cell(0).replace(' ', "%20").replace('|', "%7C");
            let body = format!(
                "{{\"startDateTime\":\"{}:00\",\"endDateTime\":\"{}:00\",\"recurrenceObject\":{{\"recurType\":\"Daily\",\
                 \"dailyDetails\":{{\"onceEveryNdays\":1}}}}}}",
                cell(1),
                cell(2)
            );
            let address = format!(
                "{host}/campaign/api/v2/public/st-bench/campaign/schedule?enableSchedule=true&campaignName={name}"
            );
            let request = client.post(address).header("auth", "token").header("accountId", "bench");
            let request = request.header("iid", "st-bench").header("content-type", "application/json").body(body);
            let answer = request.send().await?.bytes().await?;
            ensure!(answer.starts_with(b"{\"status\":\"success\""), "the server said no");
            Ok(())
        }
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(calls.buffer_unordered(concurrency).try_collect::<()>())
}
