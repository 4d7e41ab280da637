// What the content security policy cannot forbid: leaving for another site with data in the address, and WebRTC.

/** Refuse to go elsewhere, and remove what could send data without a request. Called first on each page. */
export function guard(isOurs: (url: URL) => boolean = ({ origin }) => origin === location.origin): void {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(window, name);
  const navigation = (window as unknown as { navigation?: EventTarget }).navigation;
  navigation?.addEventListener("navigate", (event) => {
    const { destination, cancelable } = event as Event & { destination: { url: string } };
    if (!isOurs(new URL(destination.url)) && cancelable) event.preventDefault();
  });
}
