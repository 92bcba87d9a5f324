// What Turbo's session can do besides what its types tell.
import "@hotwired/turbo";

declare module "@hotwired/turbo" {
  interface TurboSession {
    refresh(url: string): void;
    navigator: { currentVisit?: Visit };
  }
}
