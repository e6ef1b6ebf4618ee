export async function temporalBinary(): Promise<string> { return '/tmp/tb/temporal'; }
