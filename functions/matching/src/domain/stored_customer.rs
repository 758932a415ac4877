//! Customers as revision 1 of the contract let them be stored.

use contract::{Customer, CustomerId, Locale, PushEndpointArn};
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredCustomer {
    id: CustomerId,
    phone: Option<String>,
    push_endpoint_arn: Option<PushEndpointArn>,
    #[serde(default)]
    locale: Locale,
}

/// Reads a stored customer. Revision 1 took phones of 2 to 6 digits, which no text message reaches: such a phone is left out,
/// so that the request can still be read, and end.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Customer, D::Error> {
    let stored = StoredCustomer::deserialize(from)?;
    Ok(Customer {
        id: stored.id,
        phone: stored.phone.and_then(|phone| phone.parse().ok()),
        push_endpoint_arn: stored.push_endpoint_arn,
        locale: stored.locale,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn customer(stored: Value) -> contract::Customer {
        super::deserialize(stored).unwrap()
    }

    #[test]
    fn a_stored_phone_that_is_too_short_is_left_out_and_the_rest_stays() {
        let endpoint = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/id";
        let rest = json!({ "id": "c1", "pushEndpointArn": endpoint, "locale": "en-US" });
        let mut short = rest.clone();
        short["phone"] = json!("+82");
        assert_eq!(customer(short), serde_json::from_value(rest).unwrap());
    }

    #[test]
    fn any_other_customer_is_read_as_it_was_stored() {
        for stored in [json!({ "id": "c1" }), json!({ "id": "c1", "phone": "+821000004821" })] {
            assert_eq!(customer(stored.clone()), serde_json::from_value(stored).unwrap());
        }
    }
}
