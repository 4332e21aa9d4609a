/* Draws the register on the Leaflet map that frame.js has made (window.map_registry).
 *
 * Everything personal arrives in data.json and reaches the page by textContent only: no string of the
 * register is ever parsed as HTML, SVG, CSS or script. With ?sheet the page lays itself out for paper
 * from sheet.json. The one way back to the program is the web channel's object `map`.
 */
(() => {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const COLOUR = { ventilator: "#2A4A9C", oxygen: "#17733F", both: "#83358F" };
  const ORDER = ["ventilator", "both", "oxygen"];
  const LAND = ["#F6F3E9", "#EEF2E7", "#F8F2EA", "#EEF2EC", "#F3F0E6"];
  const ACCENT = "#17607A";
  const MARK_BOX = 30; // px: the mark is 13, the rest is room to hit it with a mouse
  const SPREAD_LIMIT = 400; // on paper more marks than this are clustered instead of spread
  const NAMES_OF_TOWNS_FROM = 14; // zoom
  const NUMBERS_FROM = 14; // zoom

  const map = window.map_registry;
  const onPaper = location.search === "?sheet";
  let bridge = null;
  let data = null;
  let sheet = null;
  let showNames = false;
  let shown = null; // a Set of ids, or null for everybody
  let chosen = null;
  let chosenArea = null;
  let touched = false;
  let asking = false;
  let cluster = null;
  let townLabels = null;
  let legendCounts = {};
  const leaflets = new Map(); // id -> L.Marker
  const layers = {};
  const spread = L.layerGroup();
  const radii = L.layerGroup();
  const card = L.tooltip({ direction: "right", offset: [14, 0], className: "card", opacity: 1 });

  // ---- small makers -------------------------------------------------------------------------------
  function element(name, className, text) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function svg(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const key of Object.keys(attributes)) made.setAttribute(key, String(attributes[key]));
    return made;
  }

  function shape(device, r, attributes) {
    if (device === "ventilator") {
      return svg("rect", { x: -r, y: -r, width: 2 * r, height: 2 * r, ...attributes });
    }
    if (device === "both") {
      const d = r * 1.32;
      return svg("path", { d: `M0 ${-d}L${d} 0L0 ${d}L${-d} 0Z`, ...attributes });
    }
    return svg("circle", { cx: 0, cy: 0, r: r * 1.04, ...attributes });
  }

  /** The mark of one device in an svg of `box` px: filled for a house, hollow for a 丁目 or 大字. */
  function mark(device, hollow, isChosen, box) {
    const half = box / 2;
    const root = svg("svg", { width: box, height: box, viewBox: `${-half} ${-half} ${box} ${box}` });
    root.setAttribute("aria-hidden", "true");
    const colour = COLOUR[device] || COLOUR.ventilator;
    if (isChosen) {
      root.append(svg("circle", { r: 13, fill: "#FFFFFF", stroke: ACCENT, "stroke-width": 3 }));
    }
    root.append(shape(device, 6.5 + 0.9, { fill: "#FFFFFF", stroke: "none" }));
    root.append(shape(device, hollow ? 5.3 : 6, hollow
      ? { fill: "#FFFFFF", stroke: colour, "stroke-width": 2.4 }
      : { fill: colour, stroke: "none" }));
    return root;
  }

  // ---- who is shown -------------------------------------------------------------------------------
  function visibleItems() {
    return data.markers.filter((item) => shown === null || shown.has(item.id));
  }

  function caption(item) {
    return (showNames && item.label) || item.number || "";
  }

  function labelled() {
    return showNames || map.getZoom() >= NUMBERS_FROM;
  }

  function icon(item) {
    const box = element("div", "mark");
    box.append(mark(item.device, item.hollow, chosen === item.id, MARK_BOX));
    const text = !onPaper && labelled() ? caption(item) : "";
    if (text) box.append(element("span", "mark-text", text));
    return L.divIcon({ html: box, className: "person", iconSize: [MARK_BOX, MARK_BOX] });
  }

  function about(item) {
    const box = element("div", "card-body");
    const head = element("div", "card-head");
    head.append(mark(item.device, item.hollow, false, 16));
    const parts = [item.number, showNames ? item.label : ""].filter(Boolean);
    head.append(element("span", "", parts.join("・")));
    box.append(head);
    if (showNames && item.kana) box.append(element("div", "card-kana", item.kana));
    if (item.sublabel) box.append(element("div", "card-sub", item.sublabel));
    return box;
  }

  function openCard(id) {
    const leaflet = id !== null && leaflets.get(id);
    if (!leaflet || !map.hasLayer(leaflet)) {
      map.closeTooltip(card);
      return;
    }
    card.setLatLng(leaflet.getLatLng()).setContent(about(leaflet.item));
    map.openTooltip(card);
  }

  function makeLeaflet(item) {
    const leaflet = L.marker([item.lat, item.lon], { icon: icon(item), keyboard: true, riseOnHover: true });
    leaflet.item = item;
    leaflet.on("click", () => {
      select(item.id);
      if (bridge) bridge.clicked(item.id);
    });
    leaflet.on("dblclick", () => bridge && bridge.opened(item.id));
    leaflet.on("mouseover", () => openCard(item.id));
    leaflet.on("mouseout", () => openCard(chosen));
    leaflet.on("add", () => {
      const node = leaflet.getElement();
      node.setAttribute("aria-label", [item.number, showNames ? item.label : "", item.sublabel].filter(Boolean).join(" "));
    });
    return leaflet;
  }

  function clusterIcon(group) {
    const counts = { ventilator: 0, both: 0, oxygen: 0 };
    let holdsChosen = false;
    for (const child of group.getAllChildMarkers()) {
      counts[child.item.device] += 1;
      holdsChosen = holdsChosen || child.item.id === chosen;
    }
    const box = element("div", holdsChosen ? "cluster chosen" : "cluster");
    box.append(element("b", "", String(group.getChildCount())));
    const bar = element("span", "bar");
    for (const device of ORDER) {
      if (!counts[device]) continue;
      const part = element("i", device);
      part.style.flexGrow = String(counts[device]);
      bar.append(part);
    }
    box.append(bar);
    return L.divIcon({ html: box, className: "group", iconSize: [44, 30] });
  }

  function rebuild() {
    const items = visibleItems();
    spread.clearLayers();
    if (cluster) map.removeLayer(cluster);
    cluster = null;
    leaflets.clear();
    if (onPaper && items.length <= SPREAD_LIMIT) {
      spreadOut(items);
    } else {
      cluster = L.markerClusterGroup({
        maxClusterRadius: showNames ? 52 : 38,
        showCoverageOnHover: false,
        spiderfyDistanceMultiplier: 1.6,
        spiderLegPolylineOptions: { weight: 1.2, color: "#43505C", opacity: 0.9 },
        zoomToBoundsOnClick: true,
        animate: false,
        iconCreateFunction: clusterIcon,
      });
      const all = items.map((item) => {
        const leaflet = makeLeaflet(item);
        leaflets.set(item.id, leaflet);
        return leaflet;
      });
      cluster.addLayers(all);
      cluster.on("spiderfied unspiderfied animationend", drawRadii);
      map.addLayer(cluster);
    }
    drawRadii();
    countLegend(items);
    openCard(chosen);
  }

  /** Circles of uncertainty, for the marks that stand by themselves in the view. */
  function drawRadii() {
    radii.clearLayers();
    const view = map.getBounds().pad(0.2);
    for (const item of visibleItems()) {
      if (!item.radius || !view.contains([item.lat, item.lon])) continue;
      const leaflet = leaflets.get(item.id);
      if (cluster && cluster.getVisibleParent(leaflet) !== leaflet) continue;
      radii.addLayer(L.circle([item.lat, item.lon], {
        radius: item.radius, pane: "radii", renderer: layers.radiiRenderer, interactive: false,
        color: COLOUR[item.device], weight: 1.4, dashArray: "4 3", fillColor: COLOUR[item.device], fillOpacity: 0.08,
      }));
    }
  }

  /**
   * On paper nobody can zoom. First the marks: each stays where it belongs unless another is there
   * already, then moves aside by as little as it can. Then their words: beside the mark if there is
   * room, else further off; whatever has moved is tied to its place by a line.
   */
  function spreadOut(items) {
    const frame = document.getElementById("map_registry");
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = getComputedStyle(frame).font;
    const size = map.getSize();
    const stage = frame.getBoundingClientRect();
    const taken = [];
    for (const id of ["legend", "source"]) {
      const box = document.getElementById(id).getBoundingClientRect();
      taken.push([box.left - stage.left - 4, box.top - stage.top - 4, box.right - stage.left + 4, box.bottom - stage.top + 4]);
    }
    const free = (box) => box[0] >= 2 && box[1] >= 2 && box[2] <= size.x - 2 && box[3] <= size.y - 2 &&
      taken.every((other) => box[0] >= other[2] || box[2] <= other[0] || box[1] >= other[3] || box[3] <= other[1]);
    const around = (at, from, to, step, box) => {
      for (let distance = from; distance <= to; distance += step) {
        const turns = distance === 0 ? 1 : 16;
        for (let turn = 0; turn < turns; turn += 1) {
          const angle = (2 * Math.PI * turn) / turns;
          const spot = L.point(at.x + distance * Math.cos(angle), at.y + distance * Math.sin(angle));
          if (free(box(spot))) return spot;
        }
      }
      return null;
    };
    const tie = (from, to, colour) => spread.addLayer(L.polyline(
      [map.containerPointToLatLng(from), map.containerPointToLatLng(to)],
      { pane: "leaders", renderer: layers.leaderRenderer, color: colour, weight: 0.8, interactive: false },
    ));

    const markBox = (spot) => [spot.x - 8, spot.y - 8, spot.x + 8, spot.y + 8];
    const placed = items.map((item) => ({ item, at: map.latLngToContainerPoint([item.lat, item.lon]) }));
    for (const one of placed) {
      one.crowd = placed.filter((other) => Math.abs(other.at.x - one.at.x) < 40 && Math.abs(other.at.y - one.at.y) < 24).length;
    }
    placed.sort((a, b) => a.crowd - b.crowd);
    for (const one of placed) {
      one.spot = around(one.at, 0, 160, 4, markBox) || one.at;
      taken.push(markBox(one.spot));
      if (one.spot.distanceTo(one.at) > 1) {
        tie(one.at, one.spot, "#18222B");
        spread.addLayer(L.circleMarker([one.item.lat, one.item.lon], {
          pane: "leaders", renderer: layers.leaderRenderer, radius: 2, stroke: false,
          fillColor: COLOUR[one.item.device], fillOpacity: 1, interactive: false,
        }));
      }
      const leaflet = L.marker(map.containerPointToLatLng(one.spot), { icon: icon(one.item), interactive: false, keyboard: false });
      leaflets.set(one.item.id, leaflet);
      spread.addLayer(leaflet);
    }
    // the most crowded choose first: those at the rim have room outside
    placed.sort((a, b) => b.crowd - a.crowd);
    for (const { item, spot } of placed) {
      const text = caption(item);
      if (!text) continue;
      const wide = pen.measureText(text).width / 2 + 1.5;
      const high = 6.5;
      const box = (centre) => [centre.x - wide, centre.y - high, centre.x + wide, centre.y + high];
      const near = [[9 + wide, 0], [-9 - wide, 0], [0, -9 - high], [0, 9 + high],
        [8 + wide, -9], [8 + wide, 9], [-8 - wide, -9], [-8 - wide, 9]].map(([x, y]) => L.point(spot.x + x, spot.y + y));
      let centre = near.find((tried) => free(box(tried)));
      if (!centre) {
        centre = around(spot, 22, 180, 6, box) || near[0];
        tie(spot, centre, "#586570");
      }
      taken.push(box(centre));
      const words = element("span", "", text);
      spread.addLayer(L.marker(map.containerPointToLatLng(centre), {
        interactive: false, keyboard: false, zIndexOffset: 1000,
        icon: L.divIcon({ html: words, className: "place word", iconSize: [0, 0] }),
      }));
    }
  }

  // ---- the ground ---------------------------------------------------------------------------------
  function pane(name, z) {
    const made = map.createPane(name);
    made.style.zIndex = String(z);
    made.style.pointerEvents = "none";
    return L.svg({ pane: name, padding: 0.5 });
  }

  /** Every border once, however many neighbours share it, so that its dashes stay dashes. */
  function borders(areas) {
    const seen = new Set();
    const lines = [];
    for (const area of areas) {
      const polygons = area.geometry.type === "Polygon" ? [area.geometry.coordinates] : area.geometry.coordinates;
      for (const polygon of polygons) {
        for (const ring of polygon) {
          let line = [];
          for (let i = 1; i < ring.length; i += 1) {
            const ends = [ring[i - 1], ring[i]].map((p) => `${p[0].toFixed(6)} ${p[1].toFixed(6)}`).sort().join(" ");
            if (seen.has(ends)) {
              if (line.length > 1) lines.push(line);
              line = [];
              continue;
            }
            seen.add(ends);
            if (!line.length) line.push([ring[i - 1][1], ring[i - 1][0]]);
            line.push([ring[i][1], ring[i][0]]);
          }
          if (line.length > 1) lines.push(line);
        }
      }
    }
    return lines;
  }

  function patterns() {
    const root = svg("svg", { width: 0, height: 0, class: "patterns" });
    const defs = svg("defs", {});
    const hatch = svg("pattern", { id: "flood", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    hatch.append(svg("rect", { width: 7, height: 7, fill: "#BFD9E8", "fill-opacity": 0.55 }));
    hatch.append(svg("line", { x1: 0, y1: 0, x2: 0, y2: 7, stroke: "#5E93B3", "stroke-width": 1.2 }));
    const dots = svg("pattern", { id: "landslide", width: 6, height: 6, patternUnits: "userSpaceOnUse" });
    dots.append(svg("rect", { width: 6, height: 6, fill: "#EADFC8", "fill-opacity": 0.5 }));
    dots.append(svg("circle", { cx: 3, cy: 3, r: 1.1, fill: "#9A7B3C" }));
    defs.append(hatch, dots);
    root.append(defs);
    document.body.append(root);
  }

  function geometry(shapes, style) {
    return L.geoJSON(shapes, { style, interactive: false, pane: style.pane });
  }

  function drawGround() {
    patterns();
    const land = pane("land", 210);
    const lines = pane("lines", 230);
    const hazard = pane("hazard", 300);
    const border = pane("borders", 350);
    layers.borderRenderer = border;
    layers.radiiRenderer = pane("radii", 390);
    layers.leaderRenderer = pane("leaders", 395);
    const labels = map.createPane("places");
    labels.style.zIndex = "380";
    labels.style.pointerEvents = "none";

    const over = data.overlays;
    data.areas.forEach((area, i) => geometry(area.geometry, {
      pane: "land", renderer: land, stroke: false, fillColor: LAND[i % LAND.length], fillOpacity: 1,
    }).addTo(map));
    const line = (shapes, color, weight, more) =>
      geometry(shapes, { pane: "lines", renderer: lines, color, weight, fill: false, ...more }).addTo(map);
    layers.water = geometry(over.water, { pane: "lines", renderer: lines, color: "#8FB9D2", weight: 2, fillColor: "#8FB9D2", fillOpacity: 1 }).addTo(map);
    layers.roads = L.layerGroup([line(over.roads, "#CFCBBE", 4), line(over.roads, "#FFFDF6", 2.6)]).addTo(map);
    layers.railways = L.layerGroup([line(over.railways, "#77736A", 2.6), line(over.railways, "#FFFFFF", 1, { dashArray: "6 6" })]).addTo(map);
    layers.flood = geometry(over.flood, { pane: "hazard", renderer: hazard, stroke: false, fillColor: "url(#flood)", fillOpacity: 1 }).addTo(map);
    layers.landslide = geometry(over.landslide, { pane: "hazard", renderer: hazard, stroke: false, fillColor: "url(#landslide)", fillOpacity: 1 }).addTo(map);
    const edges = borders(data.areas);
    layers.boundary = L.layerGroup([
      L.polyline(edges, { pane: "borders", renderer: border, color: "#FFFFFF", weight: 3.6, interactive: false }),
      L.polyline(edges, { pane: "borders", renderer: border, color: "#6B6357", weight: 1.6, dashArray: "10 3 2 3", interactive: false }),
    ]).addTo(map);

    const place = (label, className) => L.marker([label.lat, label.lon], {
      pane: "places", interactive: false, keyboard: false,
      icon: L.divIcon({ html: element("span", "", label.text), className, iconSize: [0, 0] }),
    });
    layers.municipalities = L.layerGroup(data.labels.filter((l) => l.rank === "municipality").map((l) => place(l, "place city"))).addTo(map);
    const towns = data.labels.filter((l) => l.rank !== "municipality");
    layers.towns = L.layerGroup().addTo(map);
    townLabels = () => {
      layers.towns.clearLayers();
      if (map.getZoom() < NAMES_OF_TOWNS_FROM) return;
      const view = map.getBounds();
      for (const label of towns) {
        if (view.contains([label.lat, label.lon])) layers.towns.addLayer(place(label, "place town"));
      }
    };
    if (!data.areas.length) document.getElementById("map_registry").append(element("div", "no-background", data.texts.noBackground));
  }

  // ---- 凡例, scale, 出典 --------------------------------------------------------------------------
  function legendMark(kind) {
    if (COLOUR[kind]) return mark(kind, false, false, 18);
    const root = svg("svg", { width: 22, height: 16, viewBox: "-11 -8 22 16" });
    if (kind === "area") {
      root.append(svg("circle", { r: 7, fill: "none", stroke: "#43505C", "stroke-width": 1.4, "stroke-dasharray": "3 2" }));
      root.append(svg("circle", { r: 2.6, fill: "#FFFFFF", stroke: "#43505C", "stroke-width": 1.6 }));
    } else if (kind === "cluster") {
      root.append(svg("rect", { x: -9, y: -6, width: 18, height: 12, rx: 2, fill: "#FFFFFF", stroke: "#18222B" }));
      root.append(svg("rect", { x: -6, y: 1, width: 5, height: 3, fill: COLOUR.ventilator }));
      root.append(svg("rect", { x: -0.5, y: 1, width: 2.5, height: 3, fill: COLOUR.both }));
      root.append(svg("rect", { x: 2.5, y: 1, width: 4, height: 3, fill: COLOUR.oxygen }));
    } else if (kind === "boundary") {
      root.append(svg("line", { x1: -11, y1: 0, x2: 11, y2: 0, stroke: "#6B6357", "stroke-width": 1.6, "stroke-dasharray": "8 3 2 3" }));
    } else if (kind === "flood" || kind === "landslide") {
      root.append(svg("rect", { x: -10, y: -6, width: 20, height: 12, fill: `url(#${kind})` }));
    }
    return root;
  }

  function corner(position, id, className, fill) {
    const control = L.control({ position });
    control.onAdd = () => {
      const box = element("div", className);
      box.id = id;
      fill(box);
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  function drawFurniture() {
    corner("bottomleft", "legend", "panel", (box) => {
      box.append(element("div", "panel-title", data.texts.legend));
      for (const entry of data.legend) {
        const row = element("div", "legend-row");
        row.dataset.kind = entry.mark;
        const picture = element("span", "legend-mark");
        picture.append(legendMark(entry.mark));
        row.append(picture, element("span", "", entry.text));
        if (COLOUR[entry.mark]) {
          legendCounts[entry.mark] = element("span", "legend-count");
          row.append(legendCounts[entry.mark]);
        }
        box.append(row);
      }
    });
    corner("bottomright", "source", "panel", (box) => {
      const scale = L.control.scale({ imperial: false, maxWidth: 120 });
      scale.addTo(map);
      box.append(scale.getContainer());
      if (data.groundNote) box.append(element("div", "ground-note", data.groundNote));
      if (data.source) box.append(element("div", "source-text", `${data.texts.source}: ${data.source}`));
    });
    if (onPaper) return;
    corner("topright", "zoom", "zoom", (box) => {
      const button = (text, title, act) => {
        const made = element("button", "", text);
        made.type = "button";
        made.title = title;
        made.setAttribute("aria-label", title);
        made.addEventListener("click", act);
        box.append(made);
        return made;
      };
      button("+", data.texts.zoomIn, () => map.zoomIn());
      button("−", data.texts.zoomOut, () => map.zoomOut());
      const home = button("", data.texts.whole, whole);
      const house = svg("svg", { width: 18, height: 18, viewBox: "0 0 18 18", fill: "none", stroke: "currentColor", "stroke-width": 1.5, "stroke-linecap": "round", "stroke-linejoin": "round" });
      house.append(svg("path", { d: "M2.5 8.5L9 3l6.5 5.5M4.5 7.2V15h9V7.2M7.5 15v-4h3v4" }));
      home.append(house);
    });
  }

  function countLegend(items) {
    const counts = { ventilator: 0, both: 0, oxygen: 0 };
    for (const item of items) counts[item.device] += 1;
    for (const device of Object.keys(legendCounts)) {
      legendCounts[device].textContent = data.texts.count.replace("%n", String(counts[device]));
    }
    const clusterRow = document.querySelector('.legend-row[data-kind="cluster"]');
    if (clusterRow) clusterRow.hidden = cluster === null;
  }

  // ---- the view -----------------------------------------------------------------------------------
  function home() {
    const bounds = L.latLngBounds([]);
    if (shown === null || !shown.size) {
      for (const area of data.areas) bounds.extend(L.geoJSON(area.geometry).getBounds());
    }
    for (const item of visibleItems()) bounds.extend([item.lat, item.lon]);
    return bounds.isValid() ? bounds : L.latLngBounds([[35.9, 139.4], [36.15, 139.67]]);
  }

  function whole() {
    map.fitBounds(home(), { padding: onPaper ? [6, 6] : [14, 14], maxZoom: 16, animate: false });
  }

  function select(id) {
    const before = chosen;
    chosen = leaflets.has(id) ? id : null;
    for (const one of [before, chosen]) {
      const leaflet = one !== null && leaflets.get(one);
      if (leaflet) leaflet.setIcon(icon(leaflet.item));
    }
    if (cluster) cluster.refreshClusters();
    openCard(chosen);
  }

  /** Bring a person into view by themselves: pan, zoom until the cluster lets go, or spread people of one address. */
  function reveal(id) {
    const leaflet = leaflets.get(id);
    if (!leaflet || !cluster) return;
    const here = leaflet.getLatLng();
    let seen = cluster.getVisibleParent(leaflet);
    if (seen === leaflet) {
      if (!map.getBounds().pad(-0.05).contains(here)) map.panTo(here, { animate: false });
    } else {
      // out of sight nothing is drawn, so look before asking which cluster holds the person
      map.setView(here, map.getZoom(), { animate: false });
      seen = cluster.getVisibleParent(leaflet);
      while (seen !== leaflet && map.getZoom() < map.getMaxZoom() && !oneAddress(seen)) {
        map.setView(here, Math.floor(map.getZoom()) + 1, { animate: false });
        seen = cluster.getVisibleParent(leaflet);
      }
      if (seen && seen !== leaflet) seen.spiderfy();
    }
    openCard(chosen);
  }

  function oneAddress(group) {
    if (!group) return false;
    const bounds = group.getBounds();
    return bounds.getSouthWest().equals(bounds.getNorthEast());
  }

  let lettered = false;
  function afterMove() {
    townLabels();
    if (!cluster) return;
    drawRadii();
    if (labelled() !== lettered) {
      lettered = labelled();
      for (const leaflet of leaflets.values()) leaflet.setIcon(icon(leaflet.item));
    }
  }

  // What the program may ask of the page; every answer is a string or a number.
  window.registryMap = {
    select(id) {
      select(id);
      reveal(id);
      return chosen || "";
    },
    showNames(on) {
      showNames = Boolean(on);
      rebuild();
      return showNames ? 1 : 0;
    },
    filter(ids) {
      shown = ids === null ? null : new Set(ids);
      if (chosen !== null && shown !== null && !shown.has(chosen)) chosen = null;
      rebuild();
      return visibleItems().length;
    },
    showLayer(name, on) {
      if (!layers[name]) return 0;
      if (on) layers[name].addTo(map); else map.removeLayer(layers[name]);
      return 1;
    },
    chooseArea(code) {
      if (chosenArea) map.removeLayer(chosenArea);
      chosenArea = null;
      const wanted = data.areas.filter((area) => code && (area.code === code || area.name === code));
      if (!wanted.length) return 0;
      chosenArea = geometry(wanted.map((area) => area.geometry), {
        pane: "borders", renderer: layers.borderRenderer, color: ACCENT, weight: 2.6, fill: false,
      }).addTo(map);
      return wanted.length;
    },
    askPoint(on) {
      asking = Boolean(on);
      document.getElementById("map_registry").classList.toggle("asking", asking);
      return asking ? 1 : 0;
    },
    whole() {
      whole();
      return 1;
    },
    view() {
      const box = map.getBounds();
      return JSON.stringify([box.getSouth(), box.getWest(), box.getNorth(), box.getEast()]);
    },
    /** Where a mark (or the cluster that holds it) stands in the window, in px. */
    where(id) {
      const leaflet = leaflets.get(id);
      if (!leaflet) return "";
      const seen = (cluster && cluster.getVisibleParent(leaflet)) || leaflet;
      const at = map.latLngToContainerPoint(seen.getLatLng());
      return JSON.stringify([at.x, at.y, seen === leaflet ? 1 : seen.getChildCount()]);
    },
  };

  // ---- paper --------------------------------------------------------------------------------------
  function laySheet() {
    document.documentElement.classList.add("sheet");
    document.body.style.width = `${sheet.width}mm`;
    document.body.style.height = `${sheet.height}mm`;
    const head = document.getElementById("sheet-head");
    const title = element("div", "sheet-title");
    title.append(element("b", "", sheet.title || data.title));
    const note = sheet.note || data.note;
    if (note) title.append(element("span", "sheet-note", note));
    head.append(title, element("span", "sheet-stamp", sheet.stamp));
    const foot = document.getElementById("sheet-foot");
    foot.append(element("span", "", sheet.office), element("span", "", sheet.printed));
  }

  // ---- beginning ----------------------------------------------------------------------------------
  async function read(name) {
    return (await fetch(name)).json();
  }

  async function begin() {
    data = await read("data.json");
    if (onPaper) sheet = await read("sheet.json");
    showNames = sheet && sheet.names !== null ? sheet.names : data.showNames;
    if (sheet && sheet.ids) shown = new Set(sheet.ids);
    document.title = "map";
    if (onPaper) laySheet();
    map.doubleClickZoom.enable();
    drawGround();
    drawFurniture();
    radii.addTo(map);
    spread.addTo(map);
    map.invalidateSize({ animate: false });
    if (sheet && sheet.bounds) {
      const [south, west, north, east] = sheet.bounds;
      map.fitBounds([[south, west], [north, east]], { animate: false });
    } else {
      whole();
    }
    lettered = labelled();
    rebuild();
    townLabels();
    map.on("moveend", afterMove);
    map.on("click", (event) => {
      if (asking && bridge) {
        bridge.pointed(event.latlng.lat, event.latlng.lng);
      } else {
        select(null);
        if (bridge) bridge.clicked("");
      }
    });
    const box = document.getElementById("map_registry");
    for (const kind of ["mousedown", "wheel", "keydown"]) box.addEventListener(kind, () => { touched = true; }, { passive: true });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && chosen !== null && bridge) bridge.opened(chosen);
    });
    if (!onPaper) {
      // The window may get its size only after the page is loaded.
      new ResizeObserver(() => {
        map.invalidateSize({ animate: false });
        if (!touched) whole();
      }).observe(box);
    }
    if (bridge) bridge.drawn(visibleItems().length);
  }

  function start() {
    begin().catch((error) => {
      // The kind of error only: its message could quote the data.
      console.error(`map: ${error.name}`);
      if (bridge) bridge.drawn(-1);
    });
  }

  if (window.qt && window.qt.webChannelTransport) {
    new QWebChannel(window.qt.webChannelTransport, (channel) => {
      bridge = channel.objects.map;
      start();
    });
  } else {
    start();
  }
})();
