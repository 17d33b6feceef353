// The bell's sound: two short notes, synthesized, so that there is no file to load.

let context: AudioContext | undefined;

export function chime(): void {
  // Before the user's first click on the page browsers keep sound off, and would play all of it at the click.
  if (navigator.userActivation?.hasBeenActive === false) return;
  context ??= new AudioContext();
  for (const [note, hertz] of [880, 1_174.7].entries()) {
    const startsAt = context.currentTime + note * 0.12;
    const tone = new OscillatorNode(context, { frequency: hertz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, startsAt);
    volume.gain.linearRampToValueAtTime(0.08, startsAt + 0.01);
    volume.gain.exponentialRampToValueAtTime(0.001, startsAt + 0.35);
    tone.connect(volume).connect(context.destination);
    tone.start(startsAt);
    tone.stop(startsAt + 0.36);
  }
}
