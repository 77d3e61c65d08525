// The wire between the app and the workspace, as far as it was looked at.
import { get } from "/api.js";
import { state, set } from "/store.js";

const KEPT = 500;

/** Looks at what passed since the last look. */
export async function loadTraffic() {
  if (!state.wireOpen) return;
  const old = state.traffic ?? [];
  try {
    const fresh = await get(`/sim/traffic?after=${old.at(-1)?.n ?? 0}`);
    // After a restart the numbers begin again.
    const restarted = fresh.length === 0 && old.length && (await get("/sim/traffic?after=0")).at(-1)?.n < old.at(-1).n;
    if (restarted) set({ traffic: await get("/sim/traffic?after=0") });
    else set({ traffic: [...old, ...fresh].slice(-KEPT), trafficFailed: null });
  } catch (error) {
    set({ traffic: old, trafficFailed: error.status ? "This workspace does not tell what passes over the wire." : null });
  }
}

export function toggleWire() {
  set({ wireOpen: !state.wireOpen });
  if (state.wireOpen) loadTraffic();
}
