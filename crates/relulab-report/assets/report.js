// The page's behaviour: the loss switch, the theme, and one interactive scatter per target. No request is made.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const root = document.documentElement;
  const repaints = [];

  // ---- Theme: system, light, dark ---------------------------------------------------------------------------
  const themes = ["system", "light", "dark"];
  const themeButton = document.getElementById("theme");
  themeButton.hidden = false;
  themeButton.addEventListener("click", () => {
    const next = themes[(themes.indexOf(root.dataset.theme || "system") + 1) % themes.length];
    if (next === "system") delete root.dataset.theme;
    else root.dataset.theme = next;
    themeButton.textContent = "Theme: " + next;
    for (const repaint of repaints) repaint();
  });
  const systemTheme = matchMedia("(prefers-color-scheme: dark)");
  for (const media of [systemTheme, matchMedia("print")]) {
    media.addEventListener("change", () => repaints.forEach((repaint) => repaint()));
  }

  // ---- Loss switch ------------------------------------------------------------------------------------------
  const lossListeners = [];
  const chooseLoss = (key) => {
    const before = root.dataset.loss;
    root.dataset.loss = key;
    for (const listener of lossListeners) listener(key, before);
  };
  for (const radio of document.querySelectorAll("input[name=loss]")) {
    radio.addEventListener("change", () => radio.checked && chooseLoss(radio.value));
    // A browser that restores the form after a reload has a choice that the page does not know yet.
    if (radio.checked) root.dataset.loss = radio.value;
  }

  // ---- Numbers for readers ----------------------------------------------------------------------------------
  const superscripts = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const raise = (exponent) => "10" + [...String(exponent)].map((c) => superscripts[c]).join("");
  const human = (value) => {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    if (Number.isInteger(value) && Math.abs(value) < 1e5) return String(value).replace("-", "−");
    const exponent = Math.floor(Math.log10(Math.abs(value)));
    if (exponent < -3 || exponent > 4) {
      const [mantissa, power] = value.toExponential(2).split("e");
      return mantissa.replace("-", "−") + "×" + raise(Number(power));
    }
    return String(Number(value.toPrecision(3))).replace("-", "−");
  };

  // ---- Fields: what an axis or a colour can show ------------------------------------------------------------
  const FIELDS = [
    { key: "depth", label: "depth", whole: true },
    { key: "params", label: "parameters", whole: true },
    { key: "last", label: "last width", whole: true },
    { key: "first", label: "first width", whole: true },
    { key: "bottleneck", label: "bottleneck", whole: true },
    { key: "product", label: "last width × bottleneck", whole: true },
    { key: "pieces", label: "linear pieces, median", whole: true },
    { key: "dead", label: "dead units, median", whole: true },
    { key: "collapsed", label: "collapsed share" },
    { key: "test_accuracy", label: "test accuracy, median" },
    { key: "train_accuracy", label: "training accuracy, median" },
    ...data.losses.map((loss) => ({
      key: loss.key + "_median", label: "median loss, " + loss.label, log: true, loss: loss.key,
    })),
  ];

  /** All columns of one target, those that follow from the widths included. */
  const columnsOf = (target) => {
    const names = target.index ? target.index.map((place) => data.shapes[place]) : data.shapes.slice(0, target.n);
    const derived = { depth: [], last: [], first: [], bottleneck: [], product: [] };
    for (const name of names) {
      const widths = name === "linear" ? [] : name.split(",").map(Number);
      const last = widths.length ? widths[widths.length - 1] : null;
      const bottleneck = widths.length ? Math.min(...widths) : null;
      derived.depth.push(widths.length);
      derived.last.push(last);
      derived.first.push(widths.length ? widths[0] : null);
      derived.bottleneck.push(bottleneck);
      derived.product.push(widths.length ? last * bottleneck : null);
    }
    return { names, columns: { ...target, ...derived } };
  };

  // ---- Scales -----------------------------------------------------------------------------------------------
  const transform = (value, log) => {
    if (value === null || value === undefined) return NaN;
    return log ? (value > 0 ? Math.log10(value) : NaN) : value;
  };
  const extent = (values) => {
    let low = Infinity, high = -Infinity;
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (low > high) return [0, 1];
    if (low === high) return [low - 0.5, high + 0.5];
    const room = 0.04 * (high - low);
    return [low - room, high + room];
  };
  const linearTicks = (low, high, wished) => {
    const raw = (high - low) / wished;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.push({ at: i * step, label: human(Number((i * step).toPrecision(10))) });
    }
    return ticks;
  };
  /** Ticks in transformed units. */
  const ticksOf = (low, high, log, wished) => {
    if (!log) return linearTicks(low, high, wished);
    if (high - low < 0.7) {
      return linearTicks(10 ** low, 10 ** high, wished)
        .filter((tick) => tick.at > 0)
        .map((tick) => ({ at: Math.log10(tick.at), label: tick.label }));
    }
    const ticks = [];
    const stride = Math.max(1, Math.ceil((high - low) / wished));
    const digits = high - low < 2 ? [1, 2, 5] : [1];
    for (let exponent = Math.floor(low); exponent <= high; exponent++) {
      if (exponent % stride) continue;
      for (const digit of digits) {
        const at = exponent + Math.log10(digit);
        if (at >= low && at <= high) {
          const plain = exponent >= -3 && exponent <= 3;
          ticks.push({ at, label: plain ? String(Number((digit * 10 ** exponent).toPrecision(1))) : (digit > 1 ? digit + "×" : "") + raise(exponent) });
        }
      }
    }
    return ticks;
  };
  const RAMP_STEPS = 48;
  const ramp = Array.from({ length: RAMP_STEPS }, (_, step) => {
    const place = (step / (RAMP_STEPS - 1)) * (data.ramp.length - 1);
    const below = Math.min(Math.floor(place), data.ramp.length - 2);
    const mixed = data.ramp[below].map((c, i) => Math.round(c + (data.ramp[below + 1][i] - c) * (place - below)));
    return "rgb(" + mixed.join(",") + ")";
  });
  /** A number in (−1, 1) that depends only on the place: the same jitter every time. */
  const jitterOf = (place, salt) => {
    let hash = Math.imul(place + 1, 0x9e3779b1) ^ salt;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2147483648 - 1;
  };

  // ---- One scatter ------------------------------------------------------------------------------------------
  const MARGIN = { left: 64, right: 92, top: 14, bottom: 48 };
  const CELL = 12;
  const WIDEST_SPREAD = 28;

  const startScatter = (element) => {
    const { names, columns } = columnsOf(data.targets[Number(element.dataset.target)]);
    const part = (selector) => element.querySelector(selector);
    const stage = part(".stage"), tip = part(".tip"), status = part(".status");
    const points = part(".points"), overlay = part(".overlay");
    const selects = { x: part("[data-role=x]"), y: part("[data-role=y]"), colour: part("[data-role=colour]") };
    const logs = { x: part("[data-log=x]"), y: part("[data-log=y]"), colour: part("[data-log=colour]") };
    const jitter = part("[data-role=jitter]"), find = part("[data-role=find]");
    part(".controls").hidden = false;

    const fields = FIELDS.filter((field) => columns[field.key]);
    const fieldOf = (role) => fields.find((field) => field.key === selects[role].value) || fields[0];
    for (const role of ["x", "y", "colour"]) {
      for (const field of fields) selects[role].add(new Option(field.label, field.key));
      selects[role].addEventListener("change", () => { logs[role].checked = !!fieldOf(role).log; zoom = null; paint(); });
      logs[role].addEventListener("change", () => { zoom = null; paint(); });
    }
    const preset = (role, wanted) => {
      const field = wanted.map((key) => fields.find((one) => one.key === key)).find(Boolean) || fields[0];
      selects[role].value = field.key;
      logs[role].checked = !!field.log;
    };
    preset("x", ["pieces", "params"]);
    preset("y", [root.dataset.loss + "_median"]);
    preset("colour", ["depth"]);
    jitter.addEventListener("change", () => paint());

    let zoom = null;   // [x low, x high, y low, y high] in transformed units
    let view = null;   // what is on screen: places, order, buckets
    let current = -1;  // the named shape
    let drag = null;
    const colourOf = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

    const prepare = (canvas) => {
      const ratio = devicePixelRatio || 1;
      const { clientWidth: width, clientHeight: height } = stage;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const context = canvas.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      return context;
    };

    const layout = () => {
      const { clientWidth: width, clientHeight: height } = stage;
      const frame = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
      const values = {};
      for (const role of ["x", "y", "colour"]) {
        values[role] = columns[fieldOf(role).key].map((value) => transform(value, logs[role].checked));
      }
      const [x0, x1, y0, y1] = zoom || [...extent(values.x), ...extent(values.y)];
      const across = (v) => frame.left + ((v - x0) / (x1 - x0)) * (frame.right - frame.left);
      const upwards = (v) => frame.bottom - ((v - y0) / (y1 - y0)) * (frame.bottom - frame.top);
      // Jitter fills a third of the gap between a whole number and its nearer neighbour.
      const spreadOf = (role, place) => {
        if (!jitter.checked || !fieldOf(role).whole) return () => 0;
        const counts = new Map();
        for (const value of values[role]) if (Number.isFinite(value)) counts.set(value, (counts.get(value) || 0) + 1);
        const distinct = [...counts.keys()].sort((a, b) => a - b);
        const pixels = distinct.map(place);
        const spreads = new Map(distinct.map((value, i) => {
          const gaps = [pixels[i - 1], pixels[i + 1]].filter(Number.isFinite).map((pixel) => Math.abs(pixel - pixels[i]));
          // A lone shape stays where it belongs.
          if (counts.get(value) === 1) return [value, 0];
          return [value, gaps.length ? Math.min(0.36 * Math.min(...gaps), WIDEST_SPREAD) : WIDEST_SPREAD];
        }));
        return (value) => spreads.get(value) || 0;
      };
      const spreadX = spreadOf("x", across), spreadY = spreadOf("y", upwards);
      const n = names.length;
      const px = new Float64Array(n), py = new Float64Array(n);
      const buckets = new Map();
      let shown = 0;
      for (let i = 0; i < n; i++) {
        px[i] = across(values.x[i]) + spreadX(values.x[i]) * jitterOf(i, 1);
        py[i] = upwards(values.y[i]) + spreadY(values.y[i]) * jitterOf(i, 2);
        const inside = px[i] >= frame.left - 1 && px[i] <= frame.right + 1 && py[i] >= frame.top - 1 && py[i] <= frame.bottom + 1;
        if (!inside) { px[i] = NaN; continue; }
        shown++;
        const key = Math.floor(px[i] / CELL) * 4096 + Math.floor(py[i] / CELL);
        if (!buckets.has(key)) buckets.set(key, []);
        buckets.get(key).push(i);
      }
      const order = [];
      for (let i = 0; i < n; i++) if (!Number.isNaN(px[i])) order.push(i);
      order.sort((a, b) => values.y[a] - values.y[b] || values.x[a] - values.x[b] || a - b);
      return { frame, values, px, py, buckets, order, shown, x: [x0, x1, across], y: [y0, y1, upwards], width, height };
    };

    const paint = () => {
      view = layout();
      const { frame, values, px, py } = view;
      const context = prepare(points);
      const font = (size, weight) => { context.font = (weight || 400) + " " + size + "px " + getComputedStyle(document.body).fontFamily; };
      const ink = colourOf("ink"), soft = colourOf("soft"), grid = colourOf("grid"), rule = colourOf("rule");
      context.lineWidth = 1;
      font(11);
      const [x0, x1, across] = view.x, [y0, y1, upwards] = view.y;
      const stroke = (colour, x, y, toX, toY) => {
        context.strokeStyle = colour;
        context.beginPath();
        context.moveTo(x, y);
        context.lineTo(toX, toY);
        context.stroke();
      };
      context.fillStyle = soft;
      context.textAlign = "center";
      for (const tick of ticksOf(x0, x1, logs.x.checked, Math.max(3, view.width / 110))) {
        const x = Math.round(across(tick.at)) + 0.5;
        stroke(grid, x, frame.top, x, frame.bottom);
        context.fillText(tick.label, x, frame.bottom + 17);
      }
      context.textAlign = "right";
      for (const tick of ticksOf(y0, y1, logs.y.checked, 7)) {
        const y = Math.round(upwards(tick.at)) + 0.5;
        stroke(grid, frame.left, y, frame.right, y);
        context.fillText(tick.label, frame.left - 7, y + 4);
      }
      stroke(rule, frame.left, frame.bottom + 0.5, frame.right, frame.bottom + 0.5);
      stroke(rule, frame.left + 0.5, frame.top, frame.left + 0.5, frame.bottom);
      context.fillStyle = ink;
      font(12);
      context.textAlign = "center";
      context.fillText(fieldOf("x").label, (frame.left + frame.right) / 2, frame.bottom + 38);
      context.save();
      context.translate(14, (frame.top + frame.bottom) / 2);
      context.rotate(-Math.PI / 2);
      context.fillText(fieldOf("y").label, 0, 0);
      context.restore();

      // Points in batches of one colour; shapes without a value for the colour are grey and lie below.
      const [c0, c1] = colourExtent(values.colour);
      const batches = Array.from({ length: RAMP_STEPS + 1 }, () => []);
      for (const i of view.order) {
        const c = values.colour[i];
        batches[Number.isFinite(c) ? 1 + Math.round(((c - c0) / (c1 - c0)) * (RAMP_STEPS - 1)) : 0].push(i);
      }
      const radius = view.shown > 12000 ? 1.6 : view.shown > 2500 ? 2.2 : view.shown > 400 ? 3 : 4;
      context.globalAlpha = view.shown > 2500 ? 0.7 : 0.85;
      batches.forEach((batch, step) => {
        context.fillStyle = step ? ramp[step - 1] : rule;
        context.beginPath();
        for (const i of batch) {
          context.moveTo(px[i] + radius, py[i]);
          context.arc(px[i], py[i], radius, 0, 2 * Math.PI);
        }
        context.fill();
      });
      context.globalAlpha = 1;

      // The key of the colours.
      const keyLeft = frame.right + 22, keyHeight = Math.min(200, frame.bottom - frame.top - 40), keyTop = frame.top + 26;
      for (let step = 0; step < RAMP_STEPS; step++) {
        context.fillStyle = ramp[step];
        const y = keyTop + keyHeight * (1 - (step + 1) / RAMP_STEPS);
        context.fillRect(keyLeft, y, 10, keyHeight / RAMP_STEPS + 0.6);
      }
      context.fillStyle = soft;
      font(11);
      context.textAlign = "left";
      const wished = c1 - c0 <= 8 && fieldOf("colour").whole ? Math.max(1, Math.round(c1 - c0)) : 5;
      for (const tick of ticksOf(c0, c1, logs.colour.checked, wished)) {
        context.fillText(tick.label, keyLeft + 15, keyTop + keyHeight * (1 - (tick.at - c0) / (c1 - c0)) + 4);
      }
      context.fillStyle = ink;
      const colourLabel = fieldOf("colour").label.replace(/,.*/, "");
      const fits = context.measureText(colourLabel).width < view.width - keyLeft;
      context.textAlign = fits ? "left" : "right";
      context.fillText(colourLabel, fits ? keyLeft : view.width - 2, frame.top + 10);

      const hidden = names.length - view.shown;
      status.textContent = view.shown.toLocaleString("en") + (view.shown === 1 ? " shape" : " shapes") + " shown" +
        (hidden ? ", " + hidden.toLocaleString("en") + (zoom ? " outside the zoom or without a value." : " without a value on these axes.") : ".");
      if (current >= 0 && Number.isNaN(px[current])) current = -1;
      mark();
    };
    /** The exact ends of the colour values, without room. */
    const colourExtent = (values) => {
      const finite = values.filter(Number.isFinite);
      const [low, high] = extent(finite);
      const room = (0.04 / 1.08) * (high - low);
      return finite.length && high - low > 1.0001 || finite.some((v) => v !== finite[0]) ? [low + room, high - room] : [low, high];
    };

    /** Rings the named shape and shows its numbers. */
    const mark = () => {
      const context = prepare(overlay);
      if (drag && drag.to) {
        context.fillStyle = colourOf("accent");
        context.globalAlpha = 0.15;
        context.fillRect(drag.from[0], drag.from[1], drag.to[0] - drag.from[0], drag.to[1] - drag.from[1]);
        context.globalAlpha = 1;
      }
      tip.hidden = current < 0;
      if (current < 0) return;
      const x = view.px[current], y = view.py[current];
      context.strokeStyle = colourOf("ink");
      context.lineWidth = 2;
      context.beginPath();
      context.arc(x, y, 7, 0, 2 * Math.PI);
      context.stroke();
      describe(current);
      const left = x + tip.offsetWidth + 24 > view.width ? x - tip.offsetWidth - 14 : x + 14;
      tip.style.left = Math.max(0, left) + "px";
      tip.style.top = Math.max(0, Math.min(y - 20, view.height - tip.offsetHeight)) + "px";
    };
    const cell = (kind, text) => {
      const one = document.createElement(kind);
      one.textContent = text;
      return one;
    };
    const describe = (i) => {
      const value = (key) => (columns[key] ? columns[key][i] : null);
      const facts = [human(value("depth")) + (value("depth") === 1 ? " layer" : " layers"), human(value("params")) + " parameters"];
      if (value("pieces") !== null) facts.push(human(value("pieces")) + " pieces");
      facts.push(human(value("dead")) + " dead", Math.round(100 * value("collapsed")) + " % collapsed");
      if (value("test_accuracy") !== null) facts.push(human(100 * value("test_accuracy")) + " % right on held-out folds");
      const table = document.createElement("table");
      const row = (kind, texts) => {
        const one = document.createElement("tr");
        texts.forEach((text, place) => one.append(cell(place ? kind : "th", text)));
        table.append(one);
      };
      row("th", ["loss", "median", "quartiles", "best"]);
      for (const { key, word } of data.losses) {
        row("td", [word, human(value(key + "_median")), human(value(key + "_q25")) + "–" + human(value(key + "_q75")), human(value(key + "_min"))]);
      }
      tip.replaceChildren(cell("code", names[i]), cell("div", facts.join(" · ")), table);
    };

    const nearest = (x, y) => {
      let best = -1, distance = 18 * 18;
      const column = Math.floor(x / CELL), line = Math.floor(y / CELL);
      for (let dx = -2; dx <= 2; dx++) {
        for (let dy = -2; dy <= 2; dy++) {
          for (const i of view.buckets.get((column + dx) * 4096 + line + dy) || []) {
            const d = (view.px[i] - x) ** 2 + (view.py[i] - y) ** 2;
            if (d < distance) { distance = d; best = i; }
          }
        }
      }
      return best;
    };
    const placeOf = (event) => {
      const box = overlay.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    overlay.addEventListener("pointermove", (event) => {
      const place = placeOf(event);
      if (drag) {
        drag.to = place;
        current = -1;
      } else {
        current = nearest(...place);
      }
      mark();
    });
    overlay.addEventListener("pointerleave", () => { if (!drag) { current = -1; mark(); } });
    overlay.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch") return;
      drag = { from: placeOf(event), to: null };
      overlay.setPointerCapture(event.pointerId);
    });
    overlay.addEventListener("pointercancel", () => { drag = null; mark(); });
    overlay.addEventListener("pointerup", () => {
      const done = drag;
      drag = null;
      if (!done || !done.to || Math.abs(done.to[0] - done.from[0]) < 6 || Math.abs(done.to[1] - done.from[1]) < 6) return mark();
      const { frame } = view;
      const back = (pixel, start, end, [low, high]) => low + ((Math.min(Math.max(pixel, Math.min(start, end)), Math.max(start, end)) - start) / (end - start)) * (high - low);
      const xs = [done.from[0], done.to[0]].map((p) => back(p, frame.left, frame.right, view.x)).sort((a, b) => a - b);
      const ys = [done.from[1], done.to[1]].map((p) => back(p, frame.bottom, frame.top, view.y)).sort((a, b) => a - b);
      if (xs[0] < xs[1] && ys[0] < ys[1]) zoom = [...xs, ...ys];
      paint();
    });
    const reset = () => { zoom = null; paint(); };
    overlay.addEventListener("dblclick", reset);
    part("[data-role=reset]").addEventListener("click", reset);
    overlay.addEventListener("keydown", (event) => {
      const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 50, PageDown: -50 };
      const { order } = view;
      const at = order.indexOf(current);
      let next;
      if (event.key in steps) next = at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + steps[event.key]));
      else if (event.key === "Home") next = 0;
      else if (event.key === "End") next = order.length - 1;
      else if (event.key === "Escape") return current >= 0 ? ((current = -1), mark()) : reset();
      else return;
      event.preventDefault();
      if (!order.length) return;
      current = order[next];
      mark();
      status.textContent = tip.innerText.replace(/\s+/g, " ");
    });
    const places = new Map(names.map((name, i) => [name, i]));
    find.addEventListener("input", () => {
      const wanted = find.value.replace(/[\[\]\s]/g, "").replace(/[-–→;]/g, ",");
      const i = places.get(wanted);
      if (i !== undefined && zoom && Number.isNaN(view.px[i])) reset();
      current = i !== undefined && !Number.isNaN(view.px[i]) ? i : -1;
      find.setAttribute("aria-invalid", String(wanted !== "" && i === undefined));
      mark();
    });

    // What shows the old loss shows the new one; where both are compared they change places.
    lossListeners.push((key, before) => {
      const losses = ["x", "y", "colour"].map((role) => [role, fieldOf(role).loss]);
      const showsOld = losses.some(([, loss]) => loss === before);
      for (const [role, loss] of losses) {
        const wanted = loss === before ? key : loss === key && showsOld ? before : loss;
        if (wanted && columns[wanted + "_median"]) selects[role].value = wanted + "_median";
      }
      zoom = null;
      paint();
    });
    repaints.push(paint);
    new ResizeObserver(() => paint()).observe(stage);
  };

  for (const element of document.querySelectorAll(".scatter")) startScatter(element);
})();
