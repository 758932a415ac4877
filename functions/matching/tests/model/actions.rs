//! The actions of a random run.

use proptest::prelude::*;

/// An action of the outside world.
#[derive(Clone, Debug)]
pub enum Action {
    Submit,
    Register {
        partner: u8,
        capacity: u8,
        fee: u8,
        active: bool,
    },
    Purchase {
        partner: u8,
        points: u8,
    },
    Close {
        pick: usize,
    },
    /// Some of the messages in flight are handled concurrently. If the process dies after that, they are redelivered.
    Deliver {
        picks: Vec<usize>,
        dies: bool,
    },
    /// A handled message is delivered again.
    Repeat {
        pick: usize,
    },
}

pub fn actions() -> impl Strategy<Value = Vec<Action>> {
    let register =
        (0..3_u8, 0..3_u8, 1..30_u8, prop::bool::weighted(0.8)).prop_map(|(partner, capacity, fee, active)| {
            Action::Register {
                partner,
                capacity,
                fee,
                active,
            }
        });
    let picks = prop::collection::vec(any::<usize>(), 1..4);
    let deliver = (picks, prop::bool::weighted(0.2)).prop_map(|(picks, dies)| Action::Deliver { picks, dies });
    let action = prop_oneof![
        3 => Just(Action::Submit),
        1 => register,
        2 => (0..3_u8, 1..40_u8).prop_map(|(partner, points)| Action::Purchase { partner, points }),
        2 => any::<usize>().prop_map(|pick| Action::Close { pick }),
        10 => deliver,
        2 => any::<usize>().prop_map(|pick| Action::Repeat { pick }),
    ];
    prop::collection::vec(action, 1..80)
}
