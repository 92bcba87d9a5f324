// Draws the charts of a page from the JSON beside each canvas. The table of the same
// numbers stands below it, for who has no script or can't see.
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartDataset,
  DoughnutController,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  type Plugin,
  PointElement,
  type ScriptableLineSegmentContext,
  Tooltip,
} from "chart.js";

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

/** What the server writes: internal/analytics/chart.go. */
interface Data {
  kind: "line" | "bar" | "stacked" | "donut";
  unit: "count" | "money" | "percent" | "seconds" | "number";
  currency?: string;
  labels: string[];
  series: { name: string; values: (number | null)[]; before?: boolean; other?: boolean; provisional?: number[] }[];
  marks?: { at: number; title: string }[];
}

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true })!;

// A colour of the theme as a canvas takes it, which resolves no custom property.
function colour(name: string, alpha = 1): string {
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  return `rgba(${r},${g},${b},${alpha})`;
}

const palette = () => ["--color-primary", "--c2", "--c3", "--c4", "--c5"].map((name) => colour(name));

/** How a value is written: in full in a tooltip, short at an axis. */
function writer({ unit, currency }: Data, short: boolean): (value: number) => string {
  const notation = short ? "compact" : "standard";
  const format = (options: Intl.NumberFormatOptions) => {
    const f = new Intl.NumberFormat("en-GB", { notation, maximumFractionDigits: short ? 1 : 2, ...options });
    return (value: number) => f.format(value);
  };
  if (unit === "money" && currency) return format({ style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: short ? 0 : 2 });
  if (unit === "percent") return format({ style: "percent", notation: "standard" });
  if (unit === "seconds") return (s) => (s < 60 ? `${Math.round(s)} s` : s < 3600 ? `${Math.floor(s / 60)} min${short ? "" : ` ${Math.round(s % 60)} s`}` : `${Math.round(s / 360) / 10} h`);
  return format({});
}

function defaults() {
  Object.assign(Chart.defaults, { animation: false, responsive: true, maintainAspectRatio: false, color: colour("--muted") });
  Object.assign(Chart.defaults.font, { family: getComputedStyle(document.body).fontFamily, size: 12 });
  Object.assign(Chart.defaults.plugins.tooltip, {
    backgroundColor: colour("--raised"), borderColor: colour("--color-base-300"), borderWidth: 1, cornerRadius: 8, padding: 10, caretSize: 0,
    titleColor: colour("--color-base-content"), bodyColor: colour("--color-base-content"), titleFont: { weight: 600 }, boxWidth: 10, boxHeight: 2, boxPadding: 6,
  });
}

const hairlines = (data: Data) => ({
  beginAtZero: true,
  border: { display: false },
  grid: { color: colour("--color-base-300"), drawTicks: false },
  ticks: { padding: 8, maxTicksLimit: 5, callback: (value: string | number) => writer(data, true)(Number(value)) },
});
const days = { border: { display: false }, grid: { display: false }, ticks: { padding: 6, maxRotation: 0, autoSkip: true, maxTicksLimit: 8 } };

function config(data: Data): ChartConfiguration {
  const write = writer(data, false);
  const tooltip = { callbacks: { label: (item: { dataset: { label?: string }; raw: unknown }) => `${item.dataset.label}: ${item.raw === null ? "no data" : write(Number(item.raw))}` } };
  switch (data.kind) {
    case "line":
      return {
        type: "line",
        data: { labels: data.labels, datasets: lines(data) },
        options: { interaction: { mode: "index", intersect: false }, plugins: { tooltip }, scales: { y: hairlines(data), x: days } },
        plugins: data.marks ? [marks(data.marks)] : [],
      };
    case "stacked":
      return {
        type: "bar",
        data: { labels: data.labels, datasets: data.series.map((s, i) => bars(s, partColour(i, s.other))) },
        options: { interaction: { mode: "index", intersect: false }, plugins: { tooltip }, scales: { y: { ...hairlines(data), stacked: true }, x: { ...days, stacked: true } } },
      };
    case "bar":
      return {
        type: "bar",
        data: { labels: data.labels, datasets: data.series.map((s) => bars(s, colour("--color-primary", s.before ? 0.25 : 1))) },
        options: {
          indexAxis: "y", interaction: { mode: "index", axis: "y", intersect: false }, plugins: { tooltip },
          scales: { x: hairlines(data), y: { ...days, ticks: { padding: 8, color: colour("--color-base-content"), callback(_, i) { return fitted(data.labels[i] ?? "", this.chart); } } } },
        },
      };
    case "donut": {
      const colours = data.labels.map((label, i) => partColour(i, label === "Other"));
      return {
        type: "doughnut",
        data: { labels: data.labels, datasets: [{ data: values(data.series[0]), backgroundColor: colours, hoverBackgroundColor: colours, borderColor: colour("--raised"), borderWidth: 2 }] },
        options: { cutout: "66%", plugins: { tooltip: { callbacks: { label: (item) => write(Number(item.raw)) } } } } as ChartConfiguration["options"],
      };
    }
  }
}

type Drawn = Data["series"][number];

const values = (s?: Drawn) => (s?.values ?? []) as number[];
const shorten = (label: string, most: number) => (label.length > most ? `${label.slice(0, most - 1)}…` : label);

// A bar's name has half of its chart at most.
function fitted(label: string, { ctx, width }: Chart): string {
  ctx.font = `${Chart.defaults.font.size}px ${Chart.defaults.font.family}`;
  let most = 28;
  while (most > 8 && ctx.measureText(shorten(label, most)).width > width / 2 - 16) most--;
  return shorten(label, most);
}

function partColour(i: number, other?: boolean): string {
  const colours = palette();
  return colours[other ? colours.length - 1 : i % colours.length]!;
}

function bars(s: Drawn, fill: string): ChartDataset<"bar"> {
  return { label: s.name, data: values(s), backgroundColor: fill, hoverBackgroundColor: fill, borderRadius: 3, barPercentage: 0.9, categoryPercentage: 0.66, maxBarThickness: 36 };
}

function lines(data: Data): ChartDataset<"line">[] {
  const now = data.series.filter((s) => !s.before);
  return data.series.map((s) => {
    const own = s.before ? colour("--c5") : partColour(now.indexOf(s));
    const open = new Set(s.provisional);
    return {
      label: s.name, data: values(s), borderColor: own, pointBackgroundColor: own, pointHoverBackgroundColor: own,
      borderWidth: s.before ? 1.5 : 2, borderDash: s.before ? [5, 4] : [], tension: 0,
      pointRadius: lonely(s) ? 2 : 0, pointHoverRadius: 4, pointHitRadius: 12,
      fill: !s.before && now.length === 1 ? "origin" : false, backgroundColor: colour("--color-primary", 0.06),
      segment: { borderDash: ({ p1DataIndex }: ScriptableLineSegmentContext) => (open.has(p1DataIndex) ? [2, 3] : undefined) },
    };
  });
}

// A series of single points has no line to be seen.
const lonely = (s: Drawn) => s.values.every((v, i) => v === null || (s.values[i - 1] ?? null) === null);

// What was done stands as hairlines on its days, with a dot at the top.
function marks(list: NonNullable<Data["marks"]>): Plugin {
  return {
    id: "marks",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = colour("--c2");
      for (const { at } of list) {
        const x = Math.round(scales["x"]!.getPixelForValue(at)) + 0.5;
        ctx.globalAlpha = 0.5;
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top + 4);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
        ctx.globalAlpha = 1;
        ctx.beginPath();
        ctx.arc(x, chartArea.top + 4, 3.5, 0, 2 * Math.PI);
        ctx.fill();
      }
      ctx.restore();
    },
  };
}

// Titles of what was done on a day stand in its tooltip.
function withTitles(c: ChartConfiguration, data: Data): ChartConfiguration {
  const tooltip = c.options?.plugins?.tooltip;
  if (data.marks && tooltip?.callbacks) {
    tooltip.callbacks.afterBody = (items) => data.marks!.filter(({ at }) => at === items[0]?.dataIndex).map(({ title }) => `• ${title}`);
  }
  return c;
}

let drawn: Chart[] = [];

function draw() {
  for (const chart of drawn) chart.destroy();
  defaults();
  drawn = [...document.querySelectorAll<HTMLCanvasElement>("canvas[data-chart]")].flatMap((canvas) => {
    const json = document.getElementById(canvas.dataset["chart"] ?? "")?.textContent;
    if (!json) return [];
    const data = JSON.parse(json) as Data;
    return [new Chart(canvas, withTitles(config(data), data))];
  });
}

draw();
document.addEventListener("turbo:render", draw);
document.addEventListener("turbo:before-cache", () => {
  for (const chart of drawn) chart.destroy();
  drawn = [];
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

// Paper is white: charts are drawn for it in the light theme's colours, and as wide as
// a panel is on it.
const paperWidth = 620;
const root = document.documentElement;
let theme: string | undefined;
addEventListener("beforeprint", () => {
  theme = root.dataset["theme"];
  root.dataset["theme"] = "light";
  draw();
  for (const chart of drawn) chart.resize(Math.min(chart.width, paperWidth), chart.height);
});
addEventListener("afterprint", () => {
  if (theme) root.dataset["theme"] = theme;
  else delete root.dataset["theme"];
  draw();
});
