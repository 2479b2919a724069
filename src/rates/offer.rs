//! Offers: the rows of one seller for one model, from which currency, tier, time and size choose the price.
//!
//! A row belongs to its seller, and a bare name means the maker. A seller that the log or the user names decides; where it passes a
//! maker's prices on, the maker's rows answer and the rate says so. Rows of others answer only where a single one sells the model.

use std::sync::Arc;

use super::card::{PriceList, Row};
use super::pattern::Fit;
use super::{NoRate, RateCard};
use crate::exchange::{ModelName, Seller, seller_name};

/// A row with its list.
pub(super) type Candidate<'a> = (&'a Arc<PriceList>, &'a Arc<Row>);

/// A model whose price is asked for, by the names that the log gives it.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// As it was asked for.
    pub model: &'a str,
    /// The names by which a card may know it, the most exact first.
    pub names: Vec<String>,
    /// The seller that is named by the user, the host or the log.
    pub seller: Option<&'a str>,
    /// The seller that the model's name tells, which others may be called by as well.
    pub perhaps: Option<&'static str>,
    /// The region that the model's name tells.
    pub region: Option<String>,
    /// True if it was called at a host that is no known seller's: nobody but its maker may be taken to have sold it.
    pub is_at_unknown_host: bool,
}

/// The rows of one seller for one model.
#[derive(Clone, Debug)]
pub struct Offer {
    /// As the model was asked for.
    pub(super) model: String,
    /// The card's rows, then those of the card it extends; none of them is empty.
    levels: Vec<Vec<(Arc<PriceList>, Arc<Row>)>>,
    /// Sold by another than the rows' provider, who passes the prices on: who and why.
    pub(super) resold: Option<Resold>,
    /// The region that the model's name tells, where the rows were found by a name without it.
    pub(super) region: Option<String>,
}

/// A seller that passes the prices of another on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resold {
    /// The seller.
    pub seller: &'static str,
    /// The document that says it, in words that complete "priced as …: ".
    pub reason: &'static str,
}

impl<'a> Wanted<'a> {
    /// A model by one name, at a seller if one is named.
    pub fn new(model: &'a str, seller: Option<&'a str>) -> Self {
        let ModelName { names, seller: perhaps, region } = ModelName::new(model);
        Self { model, names, seller, perhaps, region, is_at_unknown_host: false }
    }

    /// The same model by the names that a list of many sellers has for it, such as `together_ai/…`.
    fn under(&self, seller: &str) -> Self {
        let names = self.names.iter().map(|name| format!("{seller}/{name}")).collect();
        Self { names, ..self.clone() }
    }

    /// The makers of the model by any of its names.
    fn makers(&self) -> Vec<&'static Seller> {
        let bare = self.names.iter().filter(|name| !name.contains('/'));
        let mut makers: Vec<&Seller> = Vec::new();
        for maker in bare.flat_map(|name| Seller::makers(name)) {
            if !makers.iter().any(|known| known.name == maker.name) {
                makers.push(maker);
            }
        }
        makers
    }
}

impl Offer {
    /// The model as it was asked for.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// Its rows, card by card.
    pub(super) fn levels(&self) -> impl Iterator<Item = Vec<Candidate<'_>>> {
        self.levels.iter().map(|level| level.iter().map(|(list, row)| (list, row)).collect())
    }
}

impl RateCard {
    /// The offer for a model.
    ///
    /// # Errors
    /// No seller has it, or several have and none is named.
    pub fn offer(&self, wanted: &Wanted<'_>) -> Result<Offer, NoRate> {
        let makers = wanted.makers();
        let maker_names: Vec<&str> = makers.iter().map(|maker| maker.name).collect();
        if let Some(seller) = wanted.seller.map(seller_name) {
            return self
                .at_seller(wanted, seller, &makers)
                .or_else(|| self.at_single_unknown(wanted, &maker_names))
                .ok_or_else(|| unknown(wanted, Some(seller)));
        }
        if let Some(offer) = self.under_whole_name(wanted, &maker_names) {
            return Ok(offer);
        }
        let by_name = wanted.perhaps.and_then(|seller| self.at_seller(wanted, seller, &makers));
        if let Some(offer) = by_name {
            return Ok(offer);
        }
        // A name that tells somebody who does not make the model means them, whatever the maker charges. LiteLLM says `openai/` of any
        // server that speaks like OpenAI's.
        if let Some(seller) = wanted.perhaps.filter(|seller| *seller != "openai" && !maker_names.contains(seller)) {
            let own = self.at_single_unknown(wanted, &maker_names);
            return own.ok_or_else(|| unknown(wanted, Some(seller)));
        }
        if let Some(offer) = self.sold_by(wanted, &maker_names) {
            return Ok(offer);
        }
        match self.sellers(wanted).as_slice() {
            [] => Err(self.elsewhere(wanted)),
            [seller] if !wanted.is_at_unknown_host => {
                self.sold_by(wanted, &[seller]).ok_or_else(|| unknown(wanted, None))
            }
            several => Err(NoRate::SeveralSellers { model: wanted.model.to_owned(), sellers: several.to_vec() }),
        }
    }

    /// The rows of a name with its seller before it that the card knows letter by letter, of one seller alone.
    fn under_whole_name(&self, wanted: &Wanted<'_>, makers: &[&str]) -> Option<Offer> {
        wanted.model.contains('/').then_some(())?;
        let named = |row: &Row| row.fit(wanted.model) == Some(Fit::Name);
        let mut providers =
            self.cards().flat_map(Self::shared_rows).filter(|(_, row)| named(row)).map(|(list, _)| list);
        let first = seller_name(&providers.next()?.provider);
        let is_single = providers.all(|list| seller_name(&list.provider).eq_ignore_ascii_case(first));
        let may_be = !wanted.is_at_unknown_host || makers.contains(&first);
        (is_single && may_be).then(|| self.sold_by(wanted, &[first]))?
    }

    /// The seller's own rows, else those of makers whose prices it passes on.
    fn at_seller(&self, wanted: &Wanted<'_>, seller: &str, makers: &[&'static Seller]) -> Option<Offer> {
        let own = self.sold_by(wanted, &[seller]);
        own.or_else(|| self.sold_by(&wanted.under(seller), &[seller])).or_else(|| {
            let seller = Seller::named(seller)?;
            makers.iter().find_map(|maker| {
                let resold = Resold { seller: seller.name, reason: seller.passes_on(maker)? };
                Some(Offer { resold: Some(resold), ..self.sold_by(wanted, &[maker.name])? })
            })
        })
    }

    /// The rows of the one provider of a user's card that is no seller we know: a contract under a name of the user's own.
    fn at_single_unknown(&self, wanted: &Wanted<'_>, makers: &[&str]) -> Option<Offer> {
        let is_known = |seller: &String| Seller::named(seller).is_some() || makers.contains(&seller.as_str());
        match self.sellers(wanted).into_iter().filter(|seller| !is_known(seller)).collect::<Vec<_>>().as_slice() {
            [seller] => self.sold_by(wanted, &[seller]),
            _ => None,
        }
    }

    /// The rows of these sellers under the most exact name that any card knows there.
    fn sold_by(&self, wanted: &Wanted<'_>, sellers: &[&str]) -> Option<Offer> {
        let aliases = || sellers.iter().filter_map(|seller| Seller::named(seller)).flat_map(Seller::names);
        let found = |name: &str| {
            let levels: Vec<_> =
                self.cards().map(|card| card.rows_named(name, sellers)).filter(|rows| !rows.is_empty()).collect();
            (!levels.is_empty()).then_some(levels)
        };
        // Imported rows of a seller may have its name before the model's.
        let prefixed = |name: &String| aliases().find_map(|alias| found(&format!("{alias}/{name}")));
        let (name, levels) =
            wanted.names.iter().find_map(|name| Some((name, found(name).or_else(|| prefixed(name))?)))?;
        let tells = |region: &String| name.split(['.', '/']).any(|part| part == region);
        let region = wanted.region.clone().filter(|region| !tells(region));
        Some(Offer { model: wanted.model.to_owned(), levels, resold: None, region })
    }

    /// The rows of a name, those that fit it best.
    fn rows_named(&self, name: &str, sellers: &[&str]) -> Vec<(Arc<PriceList>, Arc<Row>)> {
        let is_sold = |list: &PriceList| {
            let provider = seller_name(&list.provider);
            sellers.iter().any(|seller| seller.eq_ignore_ascii_case(provider))
        };
        let fitting: Vec<(Candidate<'_>, Fit)> = self
            .shared_rows()
            .filter_map(|(list, row)| Some(((list, row), row.fit(name)?)))
            .filter(|((list, _), _)| is_sold(list))
            .collect();
        let best = fitting.iter().map(|(_, fit)| *fit).max();
        let best = fitting.into_iter().filter(|(_, fit)| Some(*fit) == best);
        best.map(|((list, row), _)| (Arc::clone(list), Arc::clone(row))).collect()
    }

    /// All who sell it by one of its names.
    fn sellers(&self, wanted: &Wanted<'_>) -> Vec<String> {
        let mut sellers: Vec<String> = Vec::new();
        for (list, row) in self.cards().flat_map(Self::shared_rows) {
            let provider = seller_name(&list.provider);
            let is_sold = || wanted.names.iter().any(|name| row.fit(name).is_some());
            if !sellers.iter().any(|known| known.eq_ignore_ascii_case(provider)) && is_sold() {
                sellers.push(provider.to_owned());
            }
        }
        sellers
    }

    /// The gap of a model that is sold by no seller under that name: sellers that have it with their own name before it are named.
    fn elsewhere(&self, wanted: &Wanted<'_>) -> NoRate {
        let mut sellers: Vec<String> = Vec::new();
        for (list, row) in self.cards().flat_map(Self::shared_rows) {
            let last =
                |model: &str| model.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(wanted.model));
            if row.models.iter().any(|model| last(model.as_str())) && !sellers.contains(&list.provider) {
                sellers.push(list.provider.clone());
            }
        }
        if sellers.is_empty() {
            return unknown(wanted, None);
        }
        NoRate::SeveralSellers { model: wanted.model.to_owned(), sellers }
    }

    /// This card and those behind it.
    pub(super) fn cards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |card| card.base.as_deref())
    }
}

fn unknown(wanted: &Wanted<'_>, provider: Option<&str>) -> NoRate {
    NoRate::UnknownModel { model: wanted.model.to_owned(), provider: provider.map(str::to_owned) }
}
