// An action: what it needs to know, what it will call, and the aws command that would do the same.
import { useState } from 'preact/hooks';
import { call, type ServiceName } from '../api/call';
import { touch } from '../api/live';
import { Dialog } from '../ui/dialog';
import { Copy, Problem } from '../ui/parts';
import { awsCommand } from './cli';

export interface Field {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'check' | 'choice';
  initial: string;
  choices?: string[];
  hint?: string;
}

export interface Request {
  service?: ServiceName; // ECS, where nothing is said
  operation: string;
  input: Record<string, unknown>;
}

export interface Action {
  title: string;
  button: string;
  note?: string;
  danger?: boolean;
  fields: Field[];
  request: (values: Record<string, string>) => Request;
  /** What to do with the answer; it may throw what should be shown. */
  done?: (answer: any) => void;
}

function Input({ field, value, set }: { field: Field; value: string; set: (value: string) => void }) {
  const hint = field.hint ? <small>{field.hint}</small> : null;
  if (field.kind === 'check') {
    return (
      <label class="check">
        <input type="checkbox" checked={value === 'yes'} onChange={(event) => set(event.currentTarget.checked ? 'yes' : '')} /> {field.label}{hint}
      </label>
    );
  }
  return (
    <label>
      <span>{field.label}</span>
      {field.kind === 'choice' ? (
        <select value={value} onChange={(event) => set(event.currentTarget.value)}>
          {field.choices?.map((choice) => <option key={choice} value={choice}>{choice || '–'}</option>)}
        </select>
      ) : field.kind === 'number' ? (
        <input type="number" min={0} value={value} onInput={(event) => set(event.currentTarget.value)} />
      ) : (
        <input type="text" value={value} onInput={(event) => set(event.currentTarget.value)} />
      )}
      {hint}
    </label>
  );
}

function ActionDialog({ action, close }: { action: Action; close: () => void }) {
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(action.fields.map((field) => [field.name, field.initial])));
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const { service, operation, input } = action.request(values);
  const command = awsCommand(operation, input, service);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const answer = await call(operation, input, service);
      action.done?.(answer);
      touch();
      close();
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={action.title} close={close}>
      <form onSubmit={submit}>
        {action.note ? <p>{action.note}</p> : null}
        {action.fields.map((field) => (
          <Input key={field.name} field={field} value={values[field.name] ?? ''} set={(value) => setValues({ ...values, [field.name]: value })} />
        ))}
        <div class="command"><div class="section-head"><span class="quiet">The same with the aws CLI</span><Copy text={command} /></div><pre tabIndex={0}>{command}</pre></div>
        {error ? <Problem error={error} /> : null}
        <div class="buttons">
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class={action.danger ? 'danger' : 'primary'} disabled={busy}>{action.button}</button>
        </div>
      </form>
    </Dialog>
  );
}

/** A button that asks before it acts. `make` is called when it is pressed, so that it sees what is true then. */
export function ActionButton({ label, make, primary, disabled }: { label: string; make: () => Action; primary?: boolean; disabled?: boolean }) {
  const [action, setAction] = useState<Action | null>(null);
  return (
    <>
      <button type="button" class={primary ? 'primary' : ''} disabled={disabled} onClick={() => setAction(make())}>{label}</button>
      {action ? <ActionDialog action={action} close={() => setAction(null)} /> : null}
    </>
  );
}
