//! Gathers nodes and flows while a template is gone through, and makes the graph of them in the end.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::cloudformation::encode::{self, Said, Written};
use crate::import::cloudformation::places::{Found, Place, Places, stem};
use crate::import::graph::{Confidence, Flow, Given, Graph, Node, Setting, Unresolved, set};
use crate::import::value::{Resource, Value};
use crate::knowledge::card::Integration;
use crate::knowledge::schema::{Kind, Schema, SettingSpec};
use crate::source::Span;

/// What is gathered.
pub(super) struct Assembly<'m> {
    pub(super) places: Places<'m>,
    pub(super) flows: Vec<Flow>,
    /// Nodes that are set up elsewhere, in the order in which they are met.
    elsewhere: Vec<Node>,
    /// Their ids by service and name without facet.
    merged: BTreeMap<(String, String), String>,
    /// Resources that are nodes only where they stand, with the service.
    as_nodes: BTreeMap<usize, String>,
    /// What edges set on the nodes that they leave.
    sets: BTreeMap<usize, Vec<Setting>>,
    unresolved: Vec<Unresolved>,
    /// Where each edge stands among the flows, by its ends and kind.
    known: BTreeMap<(String, String, String), usize>,
    /// The ends of the flows that records take.
    carried: BTreeSet<(String, String)>,
    /// The nodes that take what others could not handle.
    failures: BTreeSet<String>,
    /// The ids of the nodes that are set up elsewhere.
    elsewhere_ids: BTreeSet<String>,
}

/// An edge about to be added.
pub(super) struct NewFlow<'n> {
    pub(super) from: Place,
    pub(super) to: Place,
    pub(super) kind: &'n str,
    pub(super) carrier: &'n Resource,
    /// The item of the carrier that declares it, and the way to it.
    pub(super) item: Option<(&'n str, &'n Value)>,
    pub(super) span: Span,
    pub(super) confidence: Confidence,
    pub(super) is_disabled: bool,
    /// What keeps records out.
    pub(super) filter: Option<&'n Value>,
}

impl<'m> Assembly<'m> {
    pub(super) fn new(places: Places<'m>) -> Self {
        Self {
            places,
            flows: Vec::new(),
            elsewhere: Vec::new(),
            merged: BTreeMap::new(),
            as_nodes: BTreeMap::new(),
            sets: BTreeMap::new(),
            unresolved: Vec::new(),
            known: BTreeMap::new(),
            carried: BTreeSet::new(),
            failures: BTreeSet::new(),
            elsewhere_ids: BTreeSet::new(),
        }
    }

    /// The resource itself as an end.
    pub(super) fn own(&self, index: usize) -> Place {
        let span = self.places.resources[index].id_span;
        Place { found: Found::Resource(index), passed: Vec::new(), span }
    }

    /// Makes a resource a node of a service where its type alone makes it none.
    pub(super) fn as_node(&mut self, index: usize, service: &str) {
        if self.places.service(index).is_none() {
            self.as_nodes.insert(index, service.to_owned());
        }
    }

    /// The id and service of the node at a place; `service` is meant where the place does not tell.
    pub(super) fn node(&mut self, place: &Place, service: Option<&str>) -> Option<(String, String)> {
        match &place.found {
            Found::Resource(index) => {
                let id = self.places.resources[*index].id.clone();
                if let Some((service, _)) = self.places.service(*index) {
                    return Some((id, service.to_owned()));
                }
                if let Some(service) = self.as_nodes.get(index) {
                    return Some((id, service.clone()));
                }
                // A custom resource, say, whose attribute names the node.
                let service = service?.to_owned();
                self.add_elsewhere(id.clone(), &service, place.span);
                Some((id, service))
            }
            Found::Elsewhere { id, service } => {
                let key = (service.clone(), stem(id).to_owned());
                let id = self.merged.entry(key).or_insert_with(|| id.clone()).clone();
                self.add_elsewhere(id.clone(), service, place.span);
                Some((id, service.clone()))
            }
        }
    }

    fn add_elsewhere(&mut self, id: String, service: &str, span: Span) {
        if !self.elsewhere_ids.insert(id.clone()) {
            return;
        }
        self.elsewhere.push(Node {
            id,
            id_span: span,
            service: service.to_owned(),
            service_span: span,
            span,
            settings: Vec::new(),
            is_elsewhere: true,
        });
    }

    /// The id and service of the node at a place, without making it one.
    pub(super) fn node_id(&self, place: &Place) -> Option<(String, String)> {
        match &place.found {
            Found::Resource(index) => {
                let (service, _) = self.places.service(*index)?;
                Some((self.places.resources[*index].id.clone(), service.to_owned()))
            }
            Found::Elsewhere { id, service } => {
                let key = (service.clone(), stem(id).to_owned());
                Some((self.merged.get(&key).unwrap_or(id).clone(), service.clone()))
            }
        }
    }

    /// Whether a node takes what others could not handle.
    pub(super) fn is_for_failures(&self, id: &str) -> bool {
        self.failures.contains(id)
    }

    /// Whether records flow from one node to the other.
    pub(super) fn carries_between(&self, from: &str, to: &str) -> bool {
        self.carried.contains(&(from.to_owned(), to.to_owned()))
    }

    /// Records take the flow that was added last.
    pub(super) fn carries(&mut self) {
        if let Some(last) = self.flows.last_mut() {
            last.is_data = true;
        }
    }

    /// Notes what would have been an end and could not be found.
    pub(super) fn lost(&mut self, span: Span, what: String) {
        self.unresolved.push(Unresolved { span, what });
    }

    /// Adds an edge; `services` are meant where the ends do not tell. The same edge by the same carrier is added once.
    pub(super) fn add(&mut self, new: &NewFlow<'_>, services: (Option<&str>, Option<&str>)) -> Option<()> {
        let (from, from_service) = self.node(&new.from, services.0)?;
        let (to, to_service) = self.node(&new.to, services.1)?;
        if from == to {
            return None;
        }
        let key = (from.clone(), to.clone(), new.kind.to_owned());
        let known = self.known.get(&key).copied();
        if let Some(known) = known {
            let is_other = self.flows[known].carrier != new.carrier.id || new.kind == "write";
            if is_other && new.confidence > self.flows[known].confidence {
                self.flows[known].confidence = new.confidence;
            }
            if self.flows[known].carrier == new.carrier.id || new.confidence < Confidence::Declared {
                return None;
            }
        }
        let touched = touched(new);
        let integration = self.integration((&from_service, &to_service), &touched, new.kind);
        let via =
            integration.filter(|found| !self.is_first(&from_service, found)).map(|found| found.via.clone());
        let is_data = self.places.tables.is_data(new.kind)
            && new.confidence > Confidence::Low
            && (integration.is_some() || self.is_sure(new, services, (&from_service, &to_service)));
        let settings = self.settings_of(new, integration.filter(|_| is_data));
        self.known.entry(key).or_insert(self.flows.len());
        if is_data {
            self.carried.insert((from.clone(), to.clone()));
        }
        if new.kind == "failure" {
            self.failures.insert(to.clone());
        }
        self.failures.extend(nodes_named(&settings));
        self.flows.push(Flow {
            from,
            from_span: new.from.span,
            to,
            to_span: new.to.span,
            kind: new.kind.to_owned(),
            is_data,
            via,
            carrier: new.carrier.id.clone(),
            span: new.span,
            settings,
            confidence: new.confidence,
            is_disabled: new.is_disabled,
        });
        Some(())
    }

    /// Whether a flow that no card knows is one all the same, so that it is a mistake. What was meant for another service
    /// than it turned out to be, and what only stands for something, is not held against the cards.
    fn is_sure(
        &self,
        new: &NewFlow<'_>,
        meant: (Option<&str>, Option<&str>),
        (from, to): (&str, &str),
    ) -> bool {
        let stands_in = [&new.from, &new.to].iter().any(|place| match place.found {
            Found::Resource(index) => self.places.service(index).is_some_and(|(_, stands_in)| stands_in),
            Found::Elsewhere { .. } => false,
        });
        let is_as_meant =
            meant.0.is_none_or(|meant| meant == from) && meant.1.is_none_or(|meant| meant == to);
        new.confidence == Confidence::Declared && !stands_in && is_as_meant
    }

    /// The settings of an edge, by the integration that it uses.
    fn settings_of(&mut self, new: &NewFlow<'_>, integration: Option<&Integration>) -> Vec<Setting> {
        let mut settings =
            integration.map(|found| self.flow_settings(&found.settings, new)).unwrap_or_default();
        match (new.filter, new.confidence) {
            (Some(filter), _) => {
                let on = Given::Unknown("the filter".to_owned());
                set(&mut settings, "filter", (filter.span, filter.span), on);
            }
            // Code sends what it likes.
            (None, Confidence::High | Confidence::Low) => {
                let on = Given::Unknown("the code".to_owned());
                set(&mut settings, "filter", (new.span, new.span), on);
            }
            (None, Confidence::Declared) => {}
        }
        settings
    }

    /// The integration that an edge uses: the one whose properties all lie in what takes part, else the first.
    fn integration(
        &self,
        (from, to): (&str, &str),
        touched: &BTreeSet<String>,
        kind: &str,
    ) -> Option<&'m Integration> {
        let knowledge = self.places.knowledge;
        let day = knowledge.as_of();
        let all = || {
            knowledge
                .card(from)
                .into_iter()
                .flat_map(|card| &card.sends)
                .filter(|sends| sends.to == to && sends.role != "transform")
        };
        let fits = |sends: &&Integration| {
            !sends.cloudformation.is_empty()
                && sends.cloudformation.iter().all(|property| touched.contains(&property.resource))
        };
        let types = |sends: &Integration| {
            sends.cloudformation.iter().map(|property| &property.resource).collect::<BTreeSet<_>>().len()
        };
        let best = all()
            .filter(fits)
            .filter(|sends| sends.validity.on(day))
            .max_by_key(|sends| (types(sends), sends.via == kind, !sends.only_if_named));
        best.or_else(|| all().find(|sends| !sends.only_if_named && sends.validity.on(day)))
    }

    /// Whether a flow that names no integration uses this one.
    fn is_first(&self, from: &str, integration: &Integration) -> bool {
        let day = self.places.knowledge.as_of();
        let card = self.places.knowledge.card(from);
        let first = card.and_then(|card| {
            card.sends.iter().find(|sends| {
                sends.to == integration.to
                    && sends.role != "transform"
                    && !sends.only_if_named
                    && sends.validity.on(day)
            })
        });
        first.is_some_and(|first| first.via == integration.via)
    }

    fn flow_settings(&mut self, schema: &Schema, new: &NewFlow<'_>) -> Vec<Setting> {
        let written = Written {
            tables: self.places.tables,
            kind: &new.carrier.kind,
            properties: &new.carrier.properties,
            item: new.item,
        };
        let mut settings = Vec::new();
        self.given(encode::settings(schema, written), &mut settings);
        settings
    }

    /// Adds settings that were found; one that names a node makes it one.
    fn given(&mut self, found: Vec<encode::Found>, settings: &mut Vec<Setting>) {
        for found in found {
            let given = match found.what {
                Said::Given(given) => given,
                Said::Node { value, accepts } => match self.named(&value, &accepts) {
                    Some(given) => given,
                    None => continue,
                },
            };
            set(settings, &found.path, (found.key_span, found.span), given);
        }
    }

    /// The node that a value names, if its service is accepted.
    fn named(&mut self, value: &Value, accepts: &[String]) -> Option<Given> {
        let mut candidates = self.places.of(value, None);
        // A mapping such as a processor, in which some parameter names the node.
        value.walk(&mut |inner| {
            if !std::ptr::eq(inner, value) {
                candidates.extend(self.places.of(inner, None));
            }
        });
        for place in &candidates {
            if let Some((id, service)) = self.node_if(place, accepts) {
                let is_accepted = accepts.is_empty() || accepts.contains(&service);
                if is_accepted {
                    return Some(Given::Node(id));
                }
            }
        }
        let is_open = candidates.is_empty()
            && value.references().is_empty()
            && value.text().is_none()
            && value.members().is_empty();
        is_open.then(|| Given::Unknown(value.shown()))
    }

    fn node_if(&mut self, place: &Place, accepts: &[String]) -> Option<(String, String)> {
        let service = match &place.found {
            Found::Resource(index) => self.places.service(*index).map(|(service, _)| service.to_owned()),
            Found::Elsewhere { service, .. } => Some(service.clone()),
        }?;
        (accepts.is_empty() || accepts.contains(&service)).then(|| self.node(place, None)).flatten()
    }

    /// Makes an edge a setting of the node that it leaves, if that has one which takes the other node.
    pub(super) fn set(
        &mut self,
        new: &NewFlow<'_>,
        setting: &str,
        services: (Option<&str>, Option<&str>),
    ) -> bool {
        let Found::Resource(index) = new.from.found else { return false };
        if new.from.found == new.to.found {
            return false;
        }
        let Some((_, from)) = self.node(&new.from, services.0) else { return false };
        let Some((to, to_service)) = self.node(&new.to, services.1) else { return false };
        let spec = self.places.knowledge.card(&from).and_then(|card| card.settings.settings.get(setting));
        let takes = spec.is_some_and(|spec| match &spec.kind {
            Kind::Node { accepts, .. } => accepts.is_empty() || accepts.contains(&to_service),
            _ => false,
        });
        if takes {
            self.failures.insert(to.clone());
            let settings = self.sets.entry(index).or_default();
            set(settings, setting, (new.to.span, new.to.span), Given::Node(to));
        }
        takes
    }

    /// The graph of what was gathered.
    pub(super) fn graph(mut self) -> Graph {
        let mut nodes: Vec<Node> = Vec::new();
        let resources = self.places.resources;
        let parts = self.parts();
        for (index, resource) in resources.iter().enumerate() {
            let service = match (self.places.service(index), self.as_nodes.get(&index)) {
                (Some((service, _)), _) => service.to_owned(),
                (None, Some(service)) => service.clone(),
                (None, None) => continue,
            };
            let settings = self.node_settings(index, &service, parts.get(&index).map_or(&[], Vec::as_slice));
            nodes.push(Node {
                id: resource.id.clone(),
                id_span: resource.id_span,
                service,
                service_span: resource.kind_span,
                span: resource.span,
                settings,
                is_elsewhere: false,
            });
        }
        nodes.append(&mut self.elsewhere);
        let mut graph = Graph { nodes, flows: self.flows, unresolved: self.unresolved };
        drop_idle_logs(&mut graph);
        let tables = self.places.tables;
        let joined: BTreeSet<String> = graph.joined().into_iter().map(str::to_owned).collect();
        graph.nodes.retain(|node| joined.contains(&node.id) || tables.alone.contains(&node.service));
        graph
    }

    /// The resources that belong to a node, by the node.
    fn parts(&self) -> BTreeMap<usize, Vec<usize>> {
        let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, resource) in self.places.resources.iter().enumerate() {
            let Some(property) = self.places.tables.parts.get(&resource.kind) else { continue };
            let Some(value) = resource.properties.get(property) else { continue };
            for place in self.places.of(value, None) {
                if let Found::Resource(whole) = place.found {
                    parts.entry(whole).or_default().push(index);
                }
            }
        }
        parts
    }

    fn node_settings(&mut self, index: usize, service: &str, parts: &[usize]) -> Vec<Setting> {
        let mut settings = self.sets.remove(&index).unwrap_or_default();
        let Some(card) = self.places.knowledge.card(service) else { return settings };
        for index in std::iter::once(index).chain(parts.iter().copied()) {
            let resource = &self.places.resources[index];
            let written = Written {
                tables: self.places.tables,
                kind: &resource.kind,
                properties: &resource.properties,
                item: None,
            };
            self.given(encode::settings(&card.settings, written), &mut settings);
        }
        let resource = &self.places.resources[index];
        // What AWS sets by itself where no template can say it.
        let is_derived = |spec: &&SettingSpec| {
            spec.required
                || (spec.cloudformation.is_empty() && spec.source.is_some() && !spec.defaults.is_empty())
        };
        for spec in card.settings.settings.values().filter(is_derived) {
            let place = (resource.id_span, resource.id_span);
            set(&mut settings, &spec.name, place, Given::Unknown(spec.name.clone()));
        }
        settings
    }
}

/// The nodes that settings name.
fn nodes_named(settings: &[Setting]) -> Vec<String> {
    let named = settings.iter().filter_map(|setting| match &setting.given {
        Given::Node(id) => Some(id.clone()),
        _ => None,
    });
    named.collect()
}

/// Takes out what only writes down how others fare: logs that nothing else reads or writes lead nowhere.
fn drop_idle_logs(graph: &mut Graph) {
    let is_log = |flow: &Flow| matches!(flow.kind.as_str(), "error-log" | "access-log");
    let busy: BTreeSet<String> = graph
        .flows
        .iter()
        .filter(|flow| !is_log(flow))
        .flat_map(|flow| [flow.from.clone(), flow.to.clone()])
        .collect();
    graph.flows.retain(|flow| !is_log(flow) || busy.contains(&flow.to));
}

/// The types that take part in an edge.
fn touched(new: &NewFlow<'_>) -> BTreeSet<String> {
    let mut touched: BTreeSet<String> = new.from.passed.iter().chain(&new.to.passed).cloned().collect();
    touched.insert(new.carrier.kind.clone());
    touched
}
