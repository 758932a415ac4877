//! What revision 1 of the contract let be stored and today's does not take. It is read all the same, so that the request can still
//! be settled, and brought within the limits, so that what is published of it anew keeps them.

use contract::{Customer, time};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// Reads a stored customer, and leaves out a phone by which nobody can be reached.
pub(super) fn customer<'de, D: Deserializer<'de>>(from: D) -> Result<Customer, D::Error> {
    let mut customer = Customer::deserialize(from)?;
    customer.phone = customer.phone.filter(|phone| !phone.is_too_short());
    Ok(customer)
}

/// Reads the stored time of a submission, of any year.
pub(super) fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(from).map(time::within_limits)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    fn customer(stored: Value) -> contract::Customer {
        super::customer(stored).unwrap()
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
        for stored in [json!({ "id": "c1" }), json!({ "id": "c1", "phone": "+8210000" })] {
            assert_eq!(customer(stored.clone()), serde_json::from_value(stored).unwrap());
        }
    }

    #[test]
    fn a_stored_time_before_the_limits_is_the_first_within_them() {
        for (stored, read) in [
            (json!(Timestamp::MIN), "0001-01-02T00:00:00Z"),
            (json!("0000-12-31T15:00:00Z"), "0001-01-02T00:00:00Z"),
            (json!("2026-11-29T23:35:00.286Z"), "2026-11-29T23:35:00.286Z"),
        ] {
            assert_eq!(super::time(stored).unwrap().to_string(), read);
        }
    }
}
