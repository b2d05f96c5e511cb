// The connection to the game server: it comes back until the match is over.

/** After these codes there is nothing to come back to. */
const FINAL = new Set([1000, 1003, 1007, 1008, 1009, 4001, 4403, 4404, 4409]);
const PING = 2000;

/**
 * @param {string} url
 * @param {AbortSignal} signal Ends it.
 * @param {{ message: (message: any[]) => void, state: (state: "open" | "broken" | "closed", code: number) => void }} to
 * @returns {(message: any[]) => void} Sends, if there is a connection; the server takes the next aim.
 */
export function connect(url, signal, to) {
  /** @type {WebSocket} */
  let socket;
  let failures = 0;
  /** @param {any[]} message */
  const send = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));

  const open = () => {
    if (signal.aborted) return;
    socket = new WebSocket(url, "pong.1");
    socket.onopen = () => to.state("open", 0);
    socket.onmessage = ({ data }) => {
      failures = 0;
      to.message(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (signal.aborted) return;
      const isFinal = FINAL.has(code);
      to.state(isFinal ? "closed" : "broken", code);
      const pause = Math.min(2000, 250 * 2 ** failures++);
      if (!isFinal) setTimeout(open, pause * (1 + Math.random()));
    };
  };
  open();
  let n = 0;
  const pings = setInterval(() => send(["ping", n++]), PING);
  signal.addEventListener("abort", () => {
    clearInterval(pings);
    socket.close(1000);
  });
  return send;
}
