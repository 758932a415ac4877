//! What belongs to the account and region: concurrency and text messages.

use aws_sdk_lambda::Client as Lambda;
use aws_sdk_sns::Client as Sns;

use crate::failure::Failure;

/// The concurrency that is left for functions for which none is reserved.
pub async fn unreserved_concurrency(client: &Lambda) -> Result<usize, Failure> {
    let answer = client.get_account_settings().send().await;
    let answer = answer.map_err(|error| Failure::of_call("lambda:GetAccountSettings", &error))?;
    let left = answer
        .account_limit
        .and_then(|limit| limit.unreserved_concurrent_executions);
    Ok(left.and_then(|left| left.try_into().ok()).unwrap_or_default())
}

/// Whether text messages are sent to verified phones alone.
pub async fn is_in_sandbox(client: &Sns) -> Result<bool, Failure> {
    let answer = client.get_sms_sandbox_account_status().send().await;
    let answer = answer.map_err(|error| Failure::of_call("sns:GetSMSSandboxAccountStatus", &error))?;
    Ok(answer.is_in_sandbox)
}

/// The US dollars a month that text messages may cost; none where the account has what AWS gives it.
pub async fn monthly_quota(client: &Sns) -> Result<Option<f64>, Failure> {
    let answer = client.get_sms_attributes().attributes("MonthlySpendLimit").send().await;
    let answer = answer.map_err(|error| Failure::of_call("sns:GetSMSAttributes", &error))?;
    let quota = answer
        .attributes
        .and_then(|mut attributes| attributes.remove("MonthlySpendLimit"));
    Ok(quota.and_then(|quota| quota.parse().ok()))
}
