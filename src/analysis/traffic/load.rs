//! What comes to a node or takes a flow.

use std::sync::Arc;

use crate::analysis::traffic::figure::{Figure, Reason};
use crate::units::{Dimension, Quantity};

/// The load on a node or flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Records a second, on average.
    pub rate: Figure,
    /// Records a second when every source is at its peak.
    pub peak: Figure,
    /// Bytes a second, on average.
    pub bytes: Figure,
    /// Bytes a second when every source is at its peak.
    pub peak_bytes: Figure,
    /// Bytes of a record, on average.
    pub record_size: Figure,
    /// Bytes of the records of the source that has the largest.
    pub largest_record: Figure,
    /// How many different partition keys there are at the most: sources may have some in common.
    pub keys: Figure,
    /// The share of the records that the most frequent key has at the least, from 0 to 1.
    pub hottest: Figure,
    /// The field of the records that is their partition key, where all of them have the same.
    pub key: Option<Arc<str>>,
    /// The nodes and flows whose declared settings shaped the load, in the order of the file; only the first
    /// few of many.
    pub contributors: Vec<Contributor>,
}

/// Somebody whose declared settings shaped a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Contributor {
    /// Index of a node.
    Node(usize),
    /// Index of a flow.
    Flow(usize),
}

/// So many contributors of a load are kept: more than anybody reads below a finding, and few enough that the time
/// stays proportional to the graph.
const MOST_CONTRIBUTORS: usize = 8;

/// What is measured of a load, by the name that rules and reports use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// [`Load::rate`].
    Rate,
    /// [`Load::peak`].
    Peak,
    /// [`Load::bytes`].
    Bytes,
    /// [`Load::peak_bytes`].
    PeakBytes,
    /// [`Load::record_size`].
    RecordSize,
    /// [`Load::largest_record`].
    LargestRecord,
    /// [`Load::keys`].
    Keys,
    /// [`Load::hottest`].
    Hottest,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Rate,
        Self::Peak,
        Self::Bytes,
        Self::PeakBytes,
        Self::RecordSize,
        Self::LargestRecord,
        Self::Keys,
        Self::Hottest,
    ];

    /// The name below `load`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Peak => "peak",
            Self::Bytes => "bytes",
            Self::PeakBytes => "peak_bytes",
            Self::RecordSize => "record_size",
            Self::LargestRecord => "largest_record",
            Self::Keys => "keys",
            Self::Hottest => "hottest",
        }
    }

    /// The measure of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.name() == name)
    }

    /// What it is a quantity of.
    #[must_use]
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Rate | Self::Peak => Dimension::Rate,
            Self::Bytes | Self::PeakBytes => Dimension::ByteRate,
            Self::RecordSize | Self::LargestRecord => Dimension::Bytes,
            Self::Keys | Self::Hottest => Dimension::Count,
        }
    }
}

impl Load {
    /// A load of which nothing is known, for one reason.
    #[must_use]
    pub(super) fn unknown(reason: Reason, at: usize) -> Self {
        Self::all(Figure::unknown(reason, at))
    }

    pub(super) fn all(figure: Figure) -> Self {
        Self {
            rate: figure,
            peak: figure,
            bytes: figure,
            peak_bytes: figure,
            record_size: figure,
            largest_record: figure,
            keys: figure,
            hottest: figure,
            key: None,
            contributors: Vec::new(),
        }
    }

    /// The figure of a measure.
    #[must_use]
    pub fn figure(&self, measure: Measure) -> Figure {
        match measure {
            Measure::Rate => self.rate,
            Measure::Peak => self.peak,
            Measure::Bytes => self.bytes,
            Measure::PeakBytes => self.peak_bytes,
            Measure::RecordSize => self.record_size,
            Measure::LargestRecord => self.largest_record,
            Measure::Keys => self.keys,
            Measure::Hottest => self.hottest,
        }
    }

    /// The quantity of a measure, where it is known.
    #[must_use]
    pub fn quantity(&self, measure: Measure) -> Option<Quantity> {
        self.figure(measure).known().map(|amount| Quantity::new(measure.dimension(), amount))
    }

    pub(super) fn contribute(&mut self, contributor: Contributor) {
        if let Err(place) = self.contributors.binary_search(&contributor)
            && place < MOST_CONTRIBUTORS
        {
            self.contributors.insert(place, contributor);
            self.contributors.truncate(MOST_CONTRIBUTORS);
        }
    }

    /// The load with every figure unknown but bounded as before.
    pub(super) fn bounded(mut self, reason: Reason, at: usize) -> Self {
        for figure in [&mut self.rate, &mut self.peak, &mut self.bytes, &mut self.peak_bytes] {
            *figure = figure.bounded(reason, at);
        }
        self
    }

    /// So many records for each that comes, all of the same sort.
    pub(super) fn scaled(mut self, factor: f64) -> Self {
        for figure in [&mut self.rate, &mut self.peak, &mut self.bytes, &mut self.peak_bytes] {
            *figure = figure.map(|amount| amount * factor);
        }
        self
    }

    /// The same records with another size.
    pub(super) fn resized(mut self, size: Figure) -> Self {
        self.record_size = size;
        self.largest_record = size;
        self.bytes = self.rate.with(size, |rate, size| rate * size);
        self.peak_bytes = self.peak.with(size, |peak, size| peak * size);
        self
    }

    /// Both loads together. Two sources may have keys in common, so that their keys add up at the most, and the most
    /// frequent key has at the least the share that it has by one of them.
    pub(super) fn merged(mut self, other: &Self) -> Self {
        let add = |left: f64, right: f64| left + right;
        let (bytes, rate) = (self.bytes.with(other.bytes, add), self.rate.with(other.rate, add));
        let hottest = self.hottest_records().with(other.hottest_records(), f64::max);
        self.hottest = ratio(hottest, rate);
        if self.record_size != other.record_size {
            self.record_size = ratio(bytes, rate);
        }
        (self.bytes, self.rate) = (bytes, rate);
        self.keys = self.keys.with(other.keys, add);
        if self.key != other.key {
            self.key = None;
        }
        self.largest_record = self.largest_record.with(other.largest_record, f64::max);
        self.peak = self.peak.with(other.peak, add);
        self.peak_bytes = self.peak_bytes.with(other.peak_bytes, add);
        other.contributors.iter().for_each(|contributor| self.contribute(*contributor));
        self
    }

    /// How many records a second have the most frequent key.
    fn hottest_records(&self) -> Figure {
        self.rate.with(self.hottest, |rate, share| rate * share)
    }
}

/// A part of a whole; a bound on either says nothing of it.
fn ratio(part: Figure, whole: Figure) -> Figure {
    match part.with(whole, |part, whole| if whole > 0.0 { part / whole } else { 0.0 }) {
        Figure::Unknown { gap, .. } => Figure::Unknown { at_most: None, gap },
        known @ Figure::Known(_) => known,
    }
}
