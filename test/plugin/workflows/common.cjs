'use strict';
const { proxyActivities } = require('@temporalio/workflow');

const { greeting } = proxyActivities({ startToCloseTimeout: '1 minute' });

exports.greet = async function greet(name) {
  return greeting(name);
};
