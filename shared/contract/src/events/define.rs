//! What is made from the table of events.

/// The enums `EventType` and `Event`, and all that differs by type.
macro_rules! events {
    (
        quarantine $quarantined:ident = $quarantine_text:literal, $quarantine_group:expr, $quarantine_key:expr;
        $(
            $name:ident = $text:literal, $direction:expr, $group:expr, $key:ident $(/ $more:ident)*, $correlation:ident
            $(, with $customer:ident)? $(, checked by $check:ident)?;
        )+
    ) => {
        $crate::codes::codes! {
            /// The type of an event: its envelope's `type`. New ones may come, and a reader ignores those that it does
            /// not know.
            EventType {
                $(#[doc = concat!("`", $text, "`")] $name = $text,)+
                #[doc = concat!("`", $quarantine_text, "`")]
                $quarantined = $quarantine_text,
            }
        }

        impl EventType {
            /// Which way events of this type go, and who sends them.
            pub fn direction(self) -> $crate::Direction {
                match self {
                    $(Self::$name => $direction,)+
                    Self::$quarantined => $crate::Direction::Quarantine,
                }
            }

            /// What the message group of these events is.
            pub fn message_group(self) -> $crate::MessageGroup {
                match self {
                    $(Self::$name => $group,)+
                    Self::$quarantined => $quarantine_group,
                }
            }

            /// The parts of the business key by the names of their fields.
            pub(crate) fn key(self) -> &'static [&'static str] {
                match self {
                    $(Self::$name => &[stringify!($key) $(, stringify!($more))*],)+
                    Self::$quarantined => &$quarantine_key,
                }
            }

            /// The JSON Schema of the envelope with this type's data.
            pub(crate) fn envelope_schema(self) -> serde_json::Value {
                match self {
                    $(Self::$name => $crate::schema::envelope_with::<$crate::$name>(),)+
                    Self::$quarantined => $crate::schema::envelope_with::<$quarantined<'_>>(),
                }
            }
        }

        /// The data of any event that a consumer may take: of all types but `record.quarantined`.
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        #[expect(missing_docs, reason = "each is named as its contents")]
        pub enum Event {
            $($name($crate::$name),)+
        }

        impl Event {
            /// Reads the `data` of an event; `None` for the one type that no consumer takes.
            pub(crate) fn read(
                event_type: EventType,
                data: &serde_json::value::RawValue,
            ) -> Result<Option<Self>, $crate::json::Flaw> {
                Ok(Some(match event_type {
                    $(EventType::$name => {
                        let data: $crate::$name = $crate::json::read(data)?;
                        $(data.$check()?;)?
                        Self::$name(data)
                    })+
                    EventType::$quarantined => return Ok(None),
                }))
            }

            /// The type that goes with the data.
            pub fn event_type(&self) -> EventType {
                match self {
                    $(Self::$name(_) => EventType::$name,)+
                }
            }

            /// The parts of the business key, joined by `/`: the same for every repeat of the event.
            pub fn subject(&self) -> String {
                match self {
                    $(Self::$name(data) => [data.$key.to_string() $(, data.$more.to_string())*].join("/"),)+
                }
            }

            /// What correlates the event with its causes and effects where the envelope does not say.
            pub(crate) fn correlation(&self) -> &str {
                match self {
                    $(Self::$name(data) => data.$correlation.as_str(),)+
                }
            }

            /// The customer whom the event is about, where it says how to reach them.
            pub(crate) fn customer(&self) -> Option<&$crate::Customer> {
                match self {
                    $($(Self::$name(data) => Some(&data.$customer),)?)+
                    _ => None,
                }
            }
        }

        $(impl From<$crate::$name> for Event {
            fn from(data: $crate::$name) -> Self {
                Self::$name(data)
            }
        })+
    };
}

pub(super) use events;
