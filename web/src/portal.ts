// The portal's script. Every page works without it; it makes them livelier.
import "@hotwired/turbo";
import "./typing";
import "./live";
import "./bell";
import "./files";
import "./filters";
import "./composer";
import "./menus";
import "./settings";
import "./focus";
import "./anchors";
import "./queue";
import "./arrange";
