// What Turbo's session can do besides what its types tell.
import "@hotwired/turbo";

declare module "@hotwired/turbo" {
  interface TurboSession {
    visit(url: string, options: { action: string; shouldCacheSnapshot: boolean }): void;
    navigator: { currentVisit?: Visit };
  }
}
