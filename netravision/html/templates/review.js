"use strict";
// A decision takes effect here at once and is sent afterwards, in order: no key ever waits for the
// server, and none is lost.
(async () => {
  const $ = (id) => document.getElementById(id);
  const filter = $("filter"), grid = $("grid"), single = $("single"), picture = $("picture");
  const fields = filter.elements;

  // ---- what there is ----

  let photos = [], items = [], labels = {}, complete = false;
  const photoOf = new Map();
  const readOnly = "readOnly" in document.body.dataset;
  // The first photos come at once, the others when all are read.
  async function load(address) {
    const told = await (await fetch(address)).json();
    ({ labels, complete } = told);
    photos = told.photos.map((photo) => {
      const known = photoOf.get(photo.id);
      // What was said here meanwhile is newer.
      if (known) {
        const { accounts, paths, group } = photo;
        return Object.assign(known, { accounts, paths, group });
      }
      photo.items = photo.candidates.map((candidate, number) => ({
        photo,
        number,
        score: candidate.score,
        place: candidate.place,
        detectors: candidate.found.map(([detector]) => detector),
        rules: candidate.found.map(([, rule]) => rule),
        views: candidate.views,
      }));
      photoOf.set(photo.id, photo);
      return photo;
    });
    for (const photo of photos) {
      const rules = photo.items.flatMap((item) => item.rules);
      const names = rules.flatMap((rule) => Object.values(labels[rule]));
      photo.text = [...photo.accounts, ...photo.paths, ...names, ...rules].join(" ").toLowerCase();
    }
    items = photos.flatMap((photo) => photo.items);
    gather();
    const accounts = photos.flatMap((photo) => photo.accounts);
    offer(fields.detector, told.detectors);
    offer(fields.rule, labels);
    offer(fields.account, Object.fromEntries(accounts.map((account) => [account, null])));
  }
  // The same candidate in copies of a picture is one card.
  function gather() {
    const cards = new Map();
    for (const item of items) {
      const { group } = item.photo;
      const own = cards.get(group) ?? [];
      if (group) cards.set(group, own);
      item.card = own.find((card) => belongs(item, card)) ?? [];
      if (!item.card.length) own.push(item.card);
      item.card.push(item);
    }
  }
  const NEAR = 0.06; // of a side; hands in one photo are further apart, cut edges move less
  function belongs(other, card) {
    const [one] = card;
    return (
      card.every((item) => item.photo !== other.photo) &&
      one.rules.some((rule) => other.rules.includes(rule)) &&
      (one.place && other.place
        ? one.place.every((share, axis) => Math.abs(share - other.place[axis]) < NEAR)
        : one.place === other.place)
    );
  }
  function offer(field, names) {
    const chosen = field.value;
    field.length = 1;
    for (const [value, name] of Object.entries(names).sort(([a], [b]) => a.localeCompare(b))) {
      const option = new Option(name ? name[chosenLanguage()] : value, value);
      if (name) Object.assign(option.dataset, { says: JSON.stringify(name), saysIn: "textContent" });
      field.add(option);
    }
    field.value = chosen;
  }

  let list = [];          // the items that fit, in order; decided ones stay until it is made again
  let at = 0;             // the current one's place in the list
  let gridView = false;
  const selected = new Set();

  // ---- who ----

  const cookie = (name) =>
    decodeURIComponent(document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "");
  function keep(name, value) {
    document.cookie = `${name}=${encodeURIComponent(value)}; path=/; samesite=strict; max-age=31536000`;
  }
  let reviewer = cookie("reviewer");
  function showReviewer() {
    $("reviewer").hidden = !reviewer;
    $("reviewer").querySelector("bdi").textContent = reviewer;
  }
  function askWho() {
    $("who").querySelector("input").value = reviewer;
    $("who").showModal();
  }
  $("who").addEventListener("cancel", (event) => reviewer || event.preventDefault());
  $("who").querySelector("form").addEventListener("submit", (event) => {
    const name = new FormData(event.target).get("name").trim();
    if (!name) return event.preventDefault();
    if (name !== reviewer) done.length = 0;
    reviewer = name;
    keep("reviewer", name);
    showReviewer();
    show();
  });
  $("reviewer").addEventListener("click", askWho);

  // ---- what was said ----

  const nothing = () => ({ reviewer, choice: "undecided", follow_up: "undecided", note: "", settles: false });
  const own = (item) => item.views.find((view) => view.reviewer === reviewer) ?? nothing();
  const others = (item) => item.views.filter((view) => view.reviewer !== reviewer);
  function agreed(item, question) {
    const said = new Set(item.views.map((view) => view[question]));
    said.delete("undecided");
    return said.size > 1 ? "conflict" : [...said][0] ?? "undecided";
  }
  const differ = (item) =>
    agreed(item, "choice") === "conflict" || agreed(item, "follow_up") === "conflict";
  const isComplete = (choice, followUp) =>
    choice === "wrong" || choice === "unsure" || (choice === "right" && followUp !== "undecided");
  const isDecided = (item) => {
    const choice = agreed(item, "choice");
    return choice !== "conflict" && isComplete(choice, agreed(item, "follow_up"));
  };
  function said(item, view) {
    const rest = view.settles ? [] : others(item);
    const empty = view.choice === "undecided" && view.follow_up === "undecided" && !view.note;
    item.views = empty ? rest : [...rest, view];
  }

  // ---- sending: in order, what fails is sent again ----

  let unsent = [], sending = false;
  async function send() {
    if (sending || !unsent.length) return;
    sending = true;
    tell("saving");
    const batch = unsent.slice(0, 50);
    try {
      const answer = await fetch("/say", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(batch),
      });
      if (!answer.ok) throw new Error(answer.status);
      const kept = await answer.json();
      unsent = unsent.slice(batch.length);
      const newer = new Set(unsent.map((saying) => saying.photo));
      for (const [id, views] of Object.entries(kept)) {
        texts.delete(id);
        // What was said meanwhile is not known there yet.
        if (newer.has(id)) continue;
        photoOf.get(id)?.items.forEach((item, number) => { item.views = views[number] ?? []; mark(item); });
      }
      sending = false;
      tell("");
      showAnswers();
    } catch {
      tell("failed");
      await new Promise((later) => setTimeout(later, 1000));
      sending = false;
    }
    send();
  }
  function tell(state) {
    for (const element of document.querySelectorAll("[data-saved]")) {
      element.hidden = element.dataset.saved !== state;
    }
    document.body.dataset.unsent = unsent.length;
  }
  addEventListener("beforeunload", (event) => { if (unsent.length) event.preventDefault(); });

  function say(item, view) {
    said(item, view);
    unsent.push({ photo: item.photo.id, candidates: [item.number], ...view });
    mark(item);
  }

  // ---- deciding and undoing ----

  const done = [];
  function answer(change, whole = false) {
    if (readOnly) return;
    if (!reviewer) return askWho();
    const here = list[at];
    let targets = selected.size ? items.filter((item) => selected.has(item)) : here ? [here] : [];
    if (whole && here) {
      const open = here.photo.items.filter((item) => !isDecided(item));
      targets = open.length ? open : here.photo.items;
    }
    if (!targets.length) return;
    done.push({ at, before: targets.map((item) => [item, own(item), item.views]) });
    for (const item of targets) {
      // What others said since it was settled is not settled by another answer.
      const settles = own(item).settles && !others(item).length;
      const view = { ...own(item), reviewer, settles, ...change };
      delete view.decided_at;
      // To follow something up says that it is right; what is wrong needs none.
      if (change.follow_up && view.choice === "undecided") view.choice = "right";
      if (change.choice === "wrong") view.follow_up = "no";
      if (change.choice === "unsure") view.follow_up = "undecided";
      say(item, view);
    }
    selected.clear();
    send();
    const last = own(targets[targets.length - 1]);
    if ("note" in change || !isComplete(last.choice, last.follow_up)) show();
    else advance(targets);
  }
  function advance(targets) {
    const skip = new Set(targets);
    targets.forEach(showCopy);
    const wanted = (item) => !skip.has(item) && (fields.decision.value !== "open" || !isDecided(item));
    let next = list.findIndex((item, place) => place > at && wanted(item));
    // Who goes through what is open comes back to what was skipped.
    if (next < 0 && fields.decision.value === "open") next = list.findIndex(wanted);
    if (next >= 0) at = next;
    show();
  }
  // What was said of one copy is said of no other: the next one comes.
  function showCopy(item) {
    const next = item.card.length > 1 && item.card.find((copy) => !isDecided(copy));
    if (!next || list.includes(next)) return;
    let place = list.indexOf(item);
    if (place < 0) return;
    while (list[place + 1]?.photo.group === item.photo.group) place++;
    list.splice(place + 1, 0, next);
    drawGrid();
  }
  function undo() {
    const last = done.pop();
    if (!last) return;
    for (const [item, view, views] of last.before) {
      const { decided_at, ...again } = view;
      say(item, again);
      item.views = views;
      mark(item);
    }
    at = Math.max(0, list.findIndex((item) => last.before.some(([other]) => other === item)));
    send();
    show();
  }

  // ---- which fit, in which order ----

  const byScore = (a, b) => b.score - a.score;
  const third = (share) => Math.min(2, Math.floor(share * 3));
  const orders = {
    score: (a, b) => b.photo.items[0].score - a.photo.items[0].score,
    rule: (a, b) => a.rules[0].localeCompare(b.rules[0]) || byScore(a, b),
    account: (a, b) => (a.photo.accounts[0] ?? "").localeCompare(b.photo.accounts[0] ?? ""),
    date: (a, b) => (b.photo.posted_at ?? "").localeCompare(a.photo.posted_at ?? ""),
    place: (a, b) => spot(a) - spot(b) || byScore(a, b),
  };
  const spot = ({ place }) => (place ? third(place[1]) * 3 + third(place[0]) : 9);
  function fits(item, wanted, words) {
    return (
      item.score * 100 >= wanted.score &&
      (!wanted.detector || item.detectors.includes(wanted.detector)) &&
      (!wanted.rule || item.rules.includes(wanted.rule)) &&
      (!wanted.account || item.photo.accounts.includes(wanted.account)) &&
      words.every((word) => item.photo.text.includes(word)) &&
      {
        "": true,
        open: !isDecided(item),
        conflict: differ(item),
        right: agreed(item, "choice") === "right",
        wrong: agreed(item, "choice") === "wrong",
        unsure: agreed(item, "choice") === "unsure",
        yes: agreed(item, "follow_up") === "yes",
        later: agreed(item, "follow_up") === "later",
      }[wanted.decision]
    );
  }
  function choose(stay = new Set()) {
    const wanted = Object.fromEntries(new FormData(filter));
    const words = wanted.text.toLowerCase().split(/\s+/).filter(Boolean);
    const here = list[at];
    list = items.filter((item) => stay.has(item) || fits(item, wanted, words)).sort(orders[wanted.order]);
    const led = new Set();
    const leads = (item) => !led.has(item.card) && led.add(item.card);
    const stays = (item) => stay.has(item);
    list = list.filter((item) => (stays(item) && isDecided(item)) || leads(item) || stays(item));
    at = Math.max(0, list.indexOf(here));
    for (const item of selected) if (!item.card.some((copy) => list.includes(copy))) selected.delete(item);
    remember();
    drawGrid();
    show();
  }
  function remember() {
    const wanted = new URLSearchParams(new FormData(filter));
    for (const [name, value] of [...wanted]) if (value === defaults[name]) wanted.delete(name);
    if (gridView) wanted.set("view", "grid");
    history.replaceState(null, "", wanted.size ? `?${wanted}` : "/");
  }
  const defaults = Object.fromEntries(new FormData(filter));
  const asked = new URLSearchParams(location.search);
  await load(asked.size ? "/candidates" : "/candidates?first");
  for (const [name, value] of asked) {
    if (!(name in defaults)) continue;
    fields[name].value = value;
    if (fields[name].value !== value) fields[name].value = defaults[name];
  }
  gridView = asked.get("view") === "grid";
  filter.addEventListener("input", () => { showSlider(); choose(); });
  filter.addEventListener("submit", (event) => event.preventDefault());
  $("reset").addEventListener("click", () => { filter.reset(); showSlider(); choose(); });
  function showSlider() {
    filter.querySelector(".slider output").textContent =
      (fields.score.value / 100).toLocaleString(chosenLanguage(), { minimumFractionDigits: 2 });
  }

  // ---- pictures and texts, fetched ahead ----

  const AHEAD = 3, KEPT = 40;
  const pictures = new Map(), texts = new Map();
  function cached(cache, key, load) {
    const known = cache.get(key) ?? load();
    cache.delete(key);
    cache.set(key, known);
    for (const [old, value] of cache) {
      if (cache.size <= KEPT) break;
      cache.delete(old);
      value.then((shown) => shown?.url && URL.revokeObjectURL(shown.url)).catch(() => {});
    }
    known.catch(() => cache.delete(key));
    return known;
  }
  async function loadPicture(address) {
    const answer = await fetch(address);
    if (answer.status === 404) return { reason: await answer.text() };
    if (!answer.ok) throw new Error(answer.status);
    const url = URL.createObjectURL(await answer.blob());
    const ready = new Image();
    ready.src = url;
    await ready.decode().catch(() => {});
    return { url, ready };
  }
  const pictureOf = (photo) =>
    cached(pictures, photo.id, () => loadPicture(`/picture/${photo.id}`));
  const textOf = (photo) =>
    cached(texts, photo.id, async () => (await fetch(`/photo/${photo.id}`)).text());
  function following(count) {
    const next = new Set();
    for (let place = at; place < list.length && next.size <= count; place++) next.add(list[place].photo);
    return [...next];
  }

  // ---- showing ----

  function setNumber(name, n) {
    for (const element of document.querySelectorAll(`[data-number=${name}]`)) {
      element.textContent = n?.toLocaleString(element.closest("[lang]").lang) ?? "…";
    }
  }
  let shownPhoto = null, looking = false;
  function show() {
    at = Math.min(at, Math.max(0, list.length - 1));
    const item = list[at];
    showProgress();
    const open = items.some((other) => !isDecided(other));
    const why = !items.length ? "none" : list.length && (fields.decision.value !== "open" || list.some((other) => !isDecided(other))) ? ""
      : !open && fields.decision.value === "open" ? "done" : list.length ? "" : "filter";
    $("nothing").hidden = !why;
    for (const text of document.querySelectorAll("[data-nothing]")) text.hidden = text.dataset.nothing !== why;
    grid.hidden = !gridView || !list.length;
    single.hidden = gridView || !item;
    $("answers").hidden = $("steps").hidden = !list.length;
    for (const text of document.querySelectorAll("[data-view]")) text.hidden = (text.dataset.view === "grid") !== gridView;
    if (!item) { shownPhoto = null; return; }
    if (gridView) showInGrid(item);
    else showPhoto(item);
    showAnswers();
  }
  function showProgress() {
    const decided = items.filter(isDecided).length;
    const conflicts = items.filter(differ).length;
    setNumber("decided", complete ? decided : null);
    setNumber("all", complete ? items.length : null);
    setNumber("follow", complete ? items.filter((item) => agreed(item, "follow_up") === "yes").length : null);
    setNumber("conflicts", conflicts);
    $("conflicts").hidden = !conflicts;
    const bar = document.querySelector("progress");
    bar.max = Math.max(1, items.length);
    bar.value = decided;
    setNumber("position", list.length ? at + 1 : 0);
    setNumber("fitting", complete ? list.length : null);
    setNumber("chosen", selected.size);
    $("chosen").hidden = !selected.size;
    $("undo").disabled = !done.length;
  }
  async function showPhoto(item) {
    const { photo } = item;
    const stays = shownPhoto === photo;
    shownPhoto = photo;
    for (const other of following(AHEAD)) { pictureOf(other).catch(() => {}); textOf(other).catch(() => {}); }
    if (stays) return showCurrent();
    picture.classList.add("stale");
    $("text").classList.add("stale");
    textOf(photo).then((text) => {
      if (shownPhoto !== photo) return;
      $("text").innerHTML = text;
      $("text").dataset.photo = photo.id;
      $("text").classList.remove("stale");
      $("text").scrollTop = 0;
      speak($("text"));
      const [account] = photo.accounts;
      const others = items.filter((other) => other.photo !== photo && other.photo.accounts.includes(account));
      const button = $("text").querySelector(".of-account");
      button.hidden = !account || !others.length || fields.account.value === account;
      for (const number of button.querySelectorAll("[data-others]")) {
        number.textContent = others.length.toLocaleString(number.closest("[lang]").lang);
      }
      showCurrent();
    }).catch(() => {});
    pictureOf(photo).then((shown) => { if (shownPhoto === photo && !looking) showPicture(shown); }).catch(() => {});
  }
  function showPicture({ url, reason }) {
    picture.classList.remove("stale");
    picture.hidden = !url;
    picture.alt = shownPhoto.paths[0] ?? "";
    if (url) picture.src = url;
    for (const text of document.querySelectorAll("[data-reason]")) text.hidden = text.dataset.reason !== reason;
  }
  function showCurrent() {
    // While a photo is fetched, the text is still that of the one before.
    if ($("text").dataset.photo !== shownPhoto?.id) return;
    for (const element of $("text").querySelectorAll(".candidate")) {
      const item = shownPhoto.items[element.dataset.number];
      const current = item === list[at];
      element.classList.toggle("current", current);
      if (current) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
      element.querySelector(".state").replaceChildren(...stateOf(item));
      if (current) element.scrollIntoView({ block: "nearest" });
    }
  }
  function names(question, value) {
    return [...$("answer-names").content.querySelectorAll(`[data-${question}="${value}"]`)]
      .map((element) => element.cloneNode(true));
  }
  function stateOf(item) {
    const choice = agreed(item, "choice"), followUp = agreed(item, "follow_up");
    const parts = [...names("choice", choice)];
    parts[0].classList.add("chip", choice);
    if (followUp !== "undecided" && choice !== "wrong") {
      const [name] = names("follow-up", followUp);
      name.classList.add("chip", `follow-${followUp}`);
      parts.push(name);
    }
    return parts;
  }
  function showAnswers() {
    const item = list[at];
    if (!item) return;
    const view = selected.size ? nothing() : own(item);
    for (const button of document.querySelectorAll("#answers [data-choice], #answers [data-follow-up]")) {
      button.disabled = readOnly;
      const said = button.dataset.choice ? view.choice === button.dataset.choice : view.follow_up === button.dataset.followUp;
      button.setAttribute("aria-pressed", said);
    }
    const note = $("note").elements.note;
    if (document.activeElement !== note) note.value = view.note;
    for (const field of $("note").elements) field.disabled = readOnly;
    const conflict = !selected.size && differ(item);
    $("others").hidden = !conflict;
    if (conflict) {
      const line = $("others").querySelector(".views");
      line.replaceChildren();
      for (const other of item.views) {
        if (line.firstChild) line.append(" · ");
        const who = document.createElement("bdi");
        who.textContent = other.reviewer || "–";
        line.append(who, ": ", ...names("choice", other.choice));
        if (other.follow_up !== "undecided") line.append(", ", ...names("follow-up", other.follow_up));
        if (other.note) line.append(` “${other.note}”`);
      }
      $("settle").disabled = own(item).choice === "undecided";
    }
    if (!gridView && shownPhoto) showCurrent();
    showProgress();
  }

  // ---- the grid: tiles are made as they come into view ----

  const CHUNK = 200;
  const more = document.createElement("span");
  new IntersectionObserver(([seen]) => { if (seen.isIntersecting) addTiles(grid.children.length + CHUNK); }).observe(more);
  function drawGrid() {
    for (const item of items) item.tile = null;
    grid.replaceChildren(more);
    if (gridView) addTiles(CHUNK);
  }
  function addTiles(count) {
    for (let place = grid.children.length - 1; place < Math.min(count, list.length); place++) {
      more.before(tileOf(list[place], place));
    }
    more.hidden = grid.children.length > list.length;
  }
  function tileOf(item, place) {
    const tile = document.createElement("div");
    tile.className = "tile";
    tile.id = `tile-${place}`;
    tile.setAttribute("role", "option");
    const image = new Image();
    image.loading = "lazy";
    image.alt = "";
    image.src = `/thumbnail/${item.photo.id}/${item.number}`;
    image.addEventListener("error", () => image.classList.add("broken"));
    const name = document.createElement("span");
    name.className = "name";
    const copies = document.createElement("span");
    copies.className = "count";
    copies.textContent = item.card.length > 1 ? `×\u2009${item.card.length}` : "";
    const score = document.createElement("span");
    score.className = "score";
    const account = document.createElement("bdi");
    account.className = "who";
    account.textContent = item.photo.accounts.join(", ");
    const state = document.createElement("span");
    state.className = "state";
    tile.append(image, name, score, account, copies, state);
    item.tile = tile;
    tile.addEventListener("click", (event) => {
      if (event.shiftKey) select(list.slice(Math.min(at, place), Math.max(at, place) + 1));
      else if (event.ctrlKey || event.metaKey) toggle(item);
      else if (at === place) return open();
      at = place;
      show();
    });
    tile.addEventListener("dblclick", open);
    mark(item);
    return tile;
  }
  // Never 1.00: nothing here is certain.
  function scoreText(score, language) {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    return (score < 0.995 ? "" : "> ") + Math.min(score, 0.99).toLocaleString(language, digits);
  }
  function mark(item) {
    const { tile } = item;
    if (!tile) return;
    const language = chosenLanguage();
    tile.dataset.choice = agreed(item, "choice");
    tile.dataset.followUp = agreed(item, "follow_up");
    tile.setAttribute("aria-selected", selected.has(item));
    tile.querySelector(".name").textContent = [...new Set(item.rules.map((rule) => labels[rule][language]))].join(", ");
    tile.querySelector(".score").textContent = scoreText(item.score, language);
    tile.querySelector(".state").replaceChildren(...stateOf(item));
  }
  function showInGrid(item) {
    if (!grid.contains(item.tile)) addTiles(at + CHUNK);
    grid.querySelector(".current")?.classList.remove("current");
    item.tile.classList.add("current");
    item.tile.scrollIntoView({ block: "nearest" });
    grid.setAttribute("aria-activedescendant", item.tile.id);
    for (const other of list) if (other.tile) other.tile.setAttribute("aria-selected", selected.has(other));
  }
  function toggle(item) { if (!selected.delete(item)) selected.add(item); }
  function selectCopies() {
    const { card } = list[at] ?? { card: [] };
    if (card.length < 2) return;
    const all = card.every((item) => selected.has(item));
    for (const item of card) if (all) selected.delete(item); else selected.add(item);
    show();
  }
  function select(more) { for (const item of more) selected.add(item); }
  function open() { gridView = false; selected.clear(); shownPhoto = null; remember(); show(); }
  function columns() { return getComputedStyle(grid).gridTemplateColumns.split(" ").length; }

  // ---- moving ----

  function move(by, extend = false) {
    const from = at;
    at = Math.min(Math.max(at + by, 0), list.length - 1);
    if (extend) select(list.slice(Math.min(from, at), Math.max(from, at) + 1));
    show();
  }
  function step(by) {
    if (gridView) return move(by);
    // The next photo, at its first candidate in the list.
    const { photo } = list[at] ?? {};
    let place = at;
    while (list[place] && list[place].photo === photo) place += by;
    if (!list[place]) return;
    while (by < 0 && list[place - 1]?.photo === list[place].photo) place--;
    at = place;
    show();
  }
  function within(by) {
    if (list[at + by]?.photo === list[at]?.photo) move(by);
  }
  function turn() {
    gridView = !gridView;
    shownPhoto = null;
    if (!gridView) selected.clear();
    remember();
    if (gridView && grid.children.length < 2) addTiles(at + CHUNK);
    show();
    if (gridView) grid.focus();
  }
  // Of a hand its joints, while held; of a mark the picture of the watchlist beside it.
  function lookCloser() {
    if (list[at]?.detectors.includes("hands")) return look("joints");
    const compared = $("text").querySelector(".candidate.current .compare");
    if (compared && !gridView) compared.open = !compared.open;
  }
  async function look(asked) {
    if (looking || gridView || !shownPhoto) return;
    looking = true;
    const item = list[at];
    if (asked) picture.classList.add("stale");
    const shown = await loadPicture(`/picture/${item.photo.id}?${asked ?? `candidate=${item.number}`}`).catch(() => null);
    if (looking && shown?.url && shownPhoto === item.photo) showPicture(shown);
  }
  async function lookAway() {
    if (!looking) return;
    looking = false;
    const photo = shownPhoto;
    const shown = await pictureOf(photo);
    if (shownPhoto === photo) showPicture(shown);
  }

  // ---- keys and buttons ----

  const keys = {
    j: () => step(1),
    k: () => step(-1),
    y: (event) => answer({ choice: "right" }, event.shiftKey),
    n: (event) => answer({ choice: "wrong" }, event.shiftKey),
    m: (event) => answer({ choice: "unsure" }, event.shiftKey),
    1: (event) => answer({ follow_up: "yes" }, event.shiftKey),
    2: (event) => answer({ follow_up: "no" }, event.shiftKey),
    3: (event) => answer({ follow_up: "later" }, event.shiftKey),
    u: undo,
    g: turn,
    o: () => look(),
    l: lookCloser,
    x: () => { if (list[at]) { toggle(list[at]); show(); } },
    a: (event) => { select(event.ctrlKey || event.metaKey ? list : list.filter((item) => item.photo === list[at]?.photo)); show(); },
    c: selectCopies,
    ArrowRight: (event) => (gridView ? move(1, event.shiftKey) : step(1)),
    ArrowLeft: (event) => (gridView ? move(-1, event.shiftKey) : step(-1)),
    ArrowDown: (event) => (gridView ? move(columns(), event.shiftKey) : within(1)),
    ArrowUp: (event) => (gridView ? move(-columns(), event.shiftKey) : within(-1)),
    Home: () => { at = 0; show(); },
    End: () => { at = list.length - 1; show(); },
    Enter: () => gridView && open(),
    Escape: () => { if (selected.size) { selected.clear(); show(); } else if (!gridView) turn(); },
  };
  document.addEventListener("keydown", (event) => {
    const field = event.target;
    if (document.querySelector("dialog[open]") || field.matches("select, input:not([type=radio]):not([type=range])")) return;
    if (field.matches("input") && event.key.startsWith("Arrow")) return;
    if (field.matches("button, summary, a") && event.key === "Enter") return;
    // A digit with shift is another character, by the layout of the keyboard.
    const name = event.code.match(/^(?:Digit|Numpad)(\d)$/)?.[1] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
    const whole = name === "a" && (event.ctrlKey || event.metaKey);
    if (!keys[name] || event.altKey || ((event.ctrlKey || event.metaKey) && !whole)) return;
    // Held keys move on, and decide once.
    if (event.repeat && !name.startsWith("Arrow") && !"jk".includes(name)) return;
    event.preventDefault();
    keys[name](event);
  });
  document.addEventListener("keyup", (event) => { if ("ol".includes(event.key.toLowerCase())) lookAway(); });
  addEventListener("blur", lookAway);
  for (const button of document.querySelectorAll("#answers [data-choice], #answers [data-follow-up]")) {
    button.addEventListener("click", () =>
      answer(button.dataset.choice ? { choice: button.dataset.choice } : { follow_up: button.dataset.followUp }));
  }
  $("previous").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("undo").addEventListener("click", undo);
  $("view").addEventListener("click", turn);
  $("unselect").addEventListener("click", () => { selected.clear(); show(); });
  $("settle").addEventListener("click", () => answer({ settles: true }));
  $("note").addEventListener("submit", (event) => {
    event.preventDefault();
    const { note } = event.target.elements;
    note.blur();
    answer({ note: note.value });
  });
  $("text").addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".joints")) return;
    addEventListener("pointerup", lookAway, { once: true });
    const number = Number(event.target.closest(".candidate").dataset.number);
    if (list[at]?.number === number) look("joints");
  });
  // Made when it is opened; "toggle" does not bubble.
  $("text").addEventListener("toggle", async ({ target }) => {
    const place = target.matches(".others-of") && target.querySelector("div");
    if (!place || place.hasChildNodes()) return;
    place.innerHTML = await (await fetch(`/others/${shownPhoto.id}`)).text();
    speak(place);
  }, true);
  $("text").addEventListener("click", (event) => {
    if (event.target.closest(".copies button")) return selectCopies();
    if (event.target.closest(".of-account")) {
      fields.account.value = shownPhoto.accounts[0];
      fields.decision.value = "";
      return choose();
    }
    const number = event.target.closest(".candidate")?.dataset.number;
    const place = number === undefined || $("text").dataset.photo !== shownPhoto?.id ? -1 : list.indexOf(shownPhoto.items[number]);
    if (place >= 0 && place !== at) { at = place; show(); }
  });
  for (const choice of document.getElementsByName("language")) {
    choice.addEventListener("change", () => {
      keep("language", chosenLanguage());
      // Who clicked goes on with the keys of the page; who came by keyboard stays here.
      if (!choice.matches(":focus-visible")) choice.blur();
      showSlider();
      for (const item of items) mark(item);
      show();
    });
  }

  showReviewer();
  showSlider();
  choose();
  if (!reviewer && !readOnly) askWho();
  if (!complete) {
    await load("/candidates");
    texts.clear();
    if (shownPhoto?.group) shownPhoto = null;
    // What was seen or decided stays; copies further on, told only now, join their card.
    choose(new Set(list.filter((item, place) => place <= at || isDecided(item))));
  }
  document.body.dataset.ready = "";
})();
