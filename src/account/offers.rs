//! Offers for the models of a log: looked up once for each model, host and seller.

use std::collections::HashMap;
use std::sync::Arc;

use super::Pricing;
use crate::exchange::LoggedModel;
use crate::rates::Offer;

/// An offer, or the reason why there is none.
pub type Offered = Result<Offer, String>;

/// The offers that were looked up.
#[derive(Clone, Default)]
pub struct Offers {
    known: HashMap<OfferKey, Arc<Offered>>,
    last: Option<(OfferKey, Arc<Offered>)>,
}

/// Model, answering model, host and seller.
type OfferKey = [Option<String>; 4];

impl Offers {
    /// The offer for the model of a request.
    pub fn for_call(&mut self, asked: &LoggedModel<'_>, pricing: &Pricing) -> Arc<Offered> {
        let parts = [asked.model, asked.answered, asked.host, asked.seller];
        if let Some((last, offer)) = &self.last
            && last.iter().map(Option::as_deref).eq(parts)
        {
            return Arc::clone(offer);
        }
        let key = parts.map(|part| part.map(str::to_owned));
        let offer = self.known.entry(key.clone()).or_insert_with(|| Arc::new(pricing.offer(asked)));
        self.last = Some((key, Arc::clone(offer)));
        Arc::clone(offer)
    }
}
